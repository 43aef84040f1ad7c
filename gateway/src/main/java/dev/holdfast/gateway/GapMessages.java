package dev.holdfast.gateway;

import dev.holdfast.gateway.admin.GapReport;
import dev.holdfast.gateway.journal.Gap;
import dev.holdfast.gateway.journal.GapNotice;
import dev.holdfast.gateway.journal.Topic;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The messages by which the gateway tells of gaps to those upstream: on {@code holdfast/{gateway}/gap}, as JSON with the
 * fields of {@link GapReport} and the gateway's id.
 */
final class GapMessages implements GapNotice {

    private final String gatewayId;
    private final Topic topic;
    private final int lane;
    private final JsonMapper json = JsonMapper.builder().build();

    GapMessages(String gatewayId, Lanes lanes) {
        this.gatewayId = gatewayId;
        this.topic = Topic.of("holdfast/" + gatewayId + "/gap");
        this.lane = lanes.laneOf(topic);
    }

    @Override
    public Topic topic() {
        return topic;
    }

    @Override
    public int lane() {
        return lane;
    }

    @Override
    public byte[] payload(Gap gap) {
        ObjectNode message = json.createObjectNode().put("gateway", gatewayId);
        message.setAll((ObjectNode) json.valueToTree(GapReport.of(gap)));
        return json.writeValueAsBytes(message);
    }
}
