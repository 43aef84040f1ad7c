package dev.holdfast.gateway.ingest.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of MQTT in the frames of a WebSocket, RFC 6455 and section 6 of MQTT 5: a packet may begin and end anywhere in
 * a frame. Frames are not gathered: of one that has begun, what has come in is passed on at once, so that a large frame
 * takes no more memory than a large packet on TCP.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails to be written ends the channel, which is noticed
final class WebSocketStream extends ChannelDuplexHandler {

    private static final int CONTINUATION = 0x0;
    private static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;

    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int RESERVED_BITS = 0x70;
    private static final int SHORT_LENGTH = 126;
    private static final int LONG_LENGTH = 127;
    private static final int MASK_BYTES = 4;
    private static final int MAX_HEADER_BYTES = 14;
    private static final int MAX_CONTROL_BYTES = 125;
    private static final int MAX_OUTGOING_HEADER_BYTES = 10;

    private @Nullable ChannelHandlerContext ctx;
    private boolean closeSent;

    // of the frame that is being read
    private final byte[] header = new byte[MAX_HEADER_BYTES];
    private int headerBytes;
    private int opcode;
    private long remaining;
    private int maskAt;
    private byte[] control = new byte[0];
    private int controlBytes;

    /** A message of several frames has begun and not ended. */
    private boolean fragmented;

    private boolean inPayload;

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    // --- in -----------------------------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            while (in.isReadable() && !closeSent) {
                if (!inPayload) {
                    readHeader(in);
                }
                if (inPayload) {
                    readPayload(context, in);
                }
            }
        } catch (CorruptedWebSocketFrameException e) {
            sendClose(e.closeStatus());
            throw e;
        } finally {
            in.release();
        }
    }

    private void readHeader(ByteBuf in) {
        while (in.isReadable() && !inPayload) {
            header[headerBytes++] = in.readByte();
            if (headerBytes >= 2 && headerBytes == headerLength()) {
                beginPayload();
            }
        }
    }

    /** How many bytes the header has, of which two are there. */
    private int headerLength() {
        int length = header[1] & 0x7f;
        int extended = length == SHORT_LENGTH ? Short.BYTES : length == LONG_LENGTH ? Long.BYTES : 0;
        return 2 + extended + ((header[1] & MASKED) == 0 ? 0 : MASK_BYTES);
    }

    private void beginPayload() {
        opcode = header[0] & 0xf;
        boolean last = (header[0] & FINAL) != 0;
        remaining = header[1] & 0x7f;
        int lengthEnd = headerBytes - MASK_BYTES;
        if (remaining >= SHORT_LENGTH) {
            remaining = 0;
            for (int i = 2; i < lengthEnd; i++) {
                remaining = remaining << 8 | (header[i] & 0xff);
            }
        }
        require((header[0] & RESERVED_BITS) == 0, "a frame has reserved bits set");
        require((header[1] & MASKED) != 0, "a client's frame is not masked");
        require(remaining >= 0, "a frame has a negative length");
        if (opcode >= CLOSE) {
            require(opcode <= PONG, "there is no such kind of frame");
            require(last && remaining <= MAX_CONTROL_BYTES, "a control frame is too long, or in parts");
            control = new byte[(int) remaining];
            controlBytes = 0;
        } else {
            if (opcode != CONTINUATION && opcode != BINARY) {
                throw new CorruptedWebSocketFrameException(
                        WebSocketCloseStatus.INVALID_MESSAGE_TYPE, "MQTT comes in binary frames only");
            }
            require(fragmented == (opcode == CONTINUATION), "the parts of a message are out of order");
            fragmented = !last;
        }
        maskAt = 0;
        inPayload = true;
    }

    private static void require(boolean right, String wrong) {
        if (!right) {
            throw new CorruptedWebSocketFrameException(WebSocketCloseStatus.PROTOCOL_ERROR, wrong);
        }
    }

    private void readPayload(ChannelHandlerContext context, ByteBuf in) {
        int length = (int) Math.min(remaining, in.readableBytes());
        remaining -= length;
        if (opcode < CLOSE) {
            ByteBuf part = in.readRetainedSlice(length);
            for (int i = 0; i < length; i++) {
                part.setByte(i, part.getByte(i) ^ mask());
            }
            if (remaining == 0) {
                endFrame();
            }
            context.fireChannelRead(part);
            return;
        }
        for (int i = 0; i < length; i++) {
            control[controlBytes++] = (byte) (in.readByte() ^ mask());
        }
        if (remaining == 0) {
            endFrame();
            answer(context);
        }
    }

    private byte mask() {
        return header[headerBytes - MASK_BYTES + (maskAt++ & 3)];
    }

    private void endFrame() {
        inPayload = false;
        headerBytes = 0;
    }

    private void answer(ChannelHandlerContext context) {
        if (opcode == PING && context.channel().isWritable()) { // one that reads none of our answers gets no more
            context.write(frame(context, PONG, control.length).writeBytes(control));
        } else if (opcode == CLOSE) {
            sendClose();
            context.close();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
        context.fireChannelReadComplete();
    }

    // --- out ----------------------------------------------------------------------------------------------------

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes && bytes.isReadable()) {
            context.write(frame(context, BINARY, bytes.readableBytes()), context.voidPromise());
        }
        context.write(message, promise);
    }

    private static ByteBuf frame(ChannelHandlerContext context, int opcode, int length) {
        ByteBuf out = context.alloc().buffer(MAX_OUTGOING_HEADER_BYTES + (opcode < CLOSE ? 0 : length));
        out.writeByte(FINAL | opcode);
        if (length < SHORT_LENGTH) {
            return out.writeByte(length);
        }
        return length <= 0xffff
                ? out.writeByte(SHORT_LENGTH).writeShort(length)
                : out.writeByte(LONG_LENGTH).writeLong(length);
    }

    /** Says that nothing more will come. */
    void sendClose() {
        sendClose(WebSocketCloseStatus.NORMAL_CLOSURE);
    }

    private void sendClose(WebSocketCloseStatus status) {
        ChannelHandlerContext context = ctx;
        if (context != null && !closeSent) {
            closeSent = true;
            context.writeAndFlush(frame(context, CLOSE, Short.BYTES).writeShort(status.code()));
        }
    }
}
