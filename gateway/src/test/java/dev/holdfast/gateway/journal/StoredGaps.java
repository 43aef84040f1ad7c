package dev.holdfast.gateway.journal;

import java.util.ArrayList;
import java.util.List;

/** The gaps as they are on disk, for those who do not ask the journal. */
public final class StoredGaps {

    private StoredGaps() {}

    /** Reads them, the oldest first. */
    public static List<Gap> in(Store.Reader reader) {
        List<Gap> gaps = new ArrayList<>();
        Store.Cursor cursor = reader.cursor(SideTable.GAPS.table());
        while (cursor.next()) {
            gaps.add(Gap.decode(Keys.sequence(cursor.key()), cursor.value()));
        }
        return gaps;
    }
}
