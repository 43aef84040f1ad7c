package dev.holdfast.brokertest.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** SQLite with a write-ahead log and synchronous=FULL: a table, one transaction for each batch. */
final class SqliteEngine implements Engine {

    private final Connection writer;
    private final Connection reader;
    private final PreparedStatement insert;
    private final PreparedStatement delete;
    private final PreparedStatement cursor;
    private final PreparedStatement select;

    SqliteEngine(Path directory) {
        try {
            writer = connect(directory);
            try (Statement statement = writer.createStatement()) {
                statement.execute("CREATE TABLE messages (number INTEGER PRIMARY KEY, message BLOB NOT NULL)");
                statement.execute("CREATE TABLE cursor (id INTEGER PRIMARY KEY, number INTEGER NOT NULL)");
            }
            writer.setAutoCommit(false);
            insert = writer.prepareStatement("INSERT INTO messages VALUES (?, ?)");
            delete = writer.prepareStatement("DELETE FROM messages WHERE number < ?");
            cursor = writer.prepareStatement("INSERT OR REPLACE INTO cursor VALUES (1, ?)");
            reader = connect(directory);
            select = reader.prepareStatement("SELECT message FROM messages WHERE number >= ? ORDER BY number");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Connection connect(Path directory) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("queue.db"));
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute("PRAGMA synchronous=FULL");
            statement.execute("PRAGMA cache_size=-32768");
            statement.execute("PRAGMA busy_timeout=10000");
        }
        return connection;
    }

    @Override
    public void commit(long first, List<byte[]> records, @Nullable Settled settled) {
        try {
            long number = first;
            for (byte[] next : records) {
                insert.setLong(1, number++);
                insert.setBytes(2, next);
                insert.executeUpdate();
            }
            if (settled != null) {
                delete.setLong(1, settled.to());
                delete.executeUpdate();
                cursor.setLong(1, settled.to());
                cursor.executeUpdate();
            }
            writer.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void read(long from, Consumer<byte[]> visitor) {
        try {
            select.setLong(1, from);
            int bytes = 0;
            try (ResultSet rows = select.executeQuery()) {
                while (bytes < Flow.READ_BYTES && rows.next()) {
                    byte[] next = rows.getBytes(1);
                    visitor.accept(next);
                    bytes += next.length;
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public long stored() {
        try (Statement statement = reader.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM messages")) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            reader.close();
            writer.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
