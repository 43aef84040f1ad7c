package dev.holdfast.gateway.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaneTest extends SteppedJournal {

    private static final LaneOptions ALARMS = LaneOptions.unlimited("alarms");
    private static final LaneOptions REST = LaneOptions.unlimited("rest");

    private void appendTo(int lane, String... payloads) {
        for (String payload : payloads) {
            journal.append(StoredMessages.append(lane, "t", payload, durable));
        }
        step();
    }

    private List<String> payloads(int lane) {
        return StoredMessages.read(journal, lane).stream()
                .map(StoredMessages.Stored::payload)
                .toList();
    }

    private List<String> names() {
        return journal.lanes().stream().map(LaneState::name).toList();
    }

    private static JournalOptions options(LaneOptions... lanes) {
        return JournalOptions.defaults(List.of(wanting("r"))).withLanes(List.of(lanes));
    }

    @Test
    void shouldGiveEachLaneItsOwnSequence() {
        journal = open(options(ALARMS, REST));

        appendTo(0, "a1", "a2");
        appendTo(1, "r1");

        assertThat(journal.head(0)).isEqualTo(2);
        assertThat(journal.head(1)).isEqualTo(1);
        assertThat(payloads(0)).containsExactly("a1", "a2");
        assertThat(payloads(1)).containsExactly("r1");
        assertThat(durable).containsExactly("a1", "a2", "r1");
    }

    @Test
    void shouldKeepWhatIsStoredWhenLanesAreAddedRemovedAndReordered() {
        journal = open(options(ALARMS, REST));
        appendTo(0, "a1");
        appendTo(1, "r1");

        crash(options(REST, LaneOptions.unlimited("new")));
        assertThat(names()).containsExactly("rest", "new", "alarms");
        assertThat(payloads(0)).containsExactly("r1");
        assertThat(payloads(1)).isEmpty();
        assertThat(payloads(2)).containsExactly("a1");
        appendTo(1, "n1");

        crash(options(ALARMS, REST, LaneOptions.unlimited("new")));
        assertThat(names()).containsExactly("alarms", "rest", "new");
        appendTo(0, "a2");
        assertThat(payloads(0)).containsExactly("a1", "a2");
        assertThat(payloads(2)).containsExactly("n1");
    }

    @Test
    void shouldForgetALaneThatIsNotConfiguredOnceItIsEmptyAndGoOnWithItsNumbers() {
        journal = open(options(ALARMS, REST));
        appendTo(0, "a1", "a2");

        crash(options(REST));
        settle("r", 0, 2);
        assertThat(payloads(1)).isEmpty();

        crash(options(REST));
        assertThat(names()).containsExactly("rest");

        crash(options(REST, ALARMS));
        appendTo(1, "a3");
        assertThat(journal.head(1)).isEqualTo(3);
    }

    @Test
    void shouldHaveARouteBeginALaneThatIsNew() {
        journal = open(options(REST));
        appendTo(0, "r1");
        settle("r", 1);

        crash(options(ALARMS, REST));
        appendTo(0, "a1");

        assertThat(journal.progress("r").lanes())
                .extracting(LaneProgress::lane, LaneProgress::lowest)
                .containsExactly(tuple("alarms", 1L), tuple("rest", 2L));
    }

    @Test
    void shouldStallALaneThatIsFullAndNoOther() {
        journal = open(options(lane("alarms", count(2), WhenFull.STALL), REST));
        assertThat(journal.admission(0)).isEqualTo(Admission.TAKE);

        appendTo(0, "a1", "a2");

        assertThat(journal.admission(0)).isEqualTo(Admission.WAIT);
        assertThat(journal.admission(1)).isEqualTo(Admission.TAKE);
        assertThat(payloads(0)).containsExactly("a1", "a2");
        assertThat(journal.gaps()).isEmpty();
    }

    @Test
    void shouldCountWhatIsOnItsWayIntoALane() {
        journal = open(options(lane("alarms", size(10), WhenFull.REFUSE)));

        journal.append(StoredMessages.append(0, "t", "123456789", durable));

        assertThat(journal.admission(0)).isEqualTo(Admission.REFUSE);
    }

    @Test
    void shouldTellWhoWaitsWhenALaneHasRoomAgain() {
        journal = open(options(lane("alarms", count(2), WhenFull.STALL)));
        int[] told = {0};
        journal.onRoom(() -> told[0]++);
        appendTo(0, "a1", "a2");
        assertThat(journal.admission(0)).isEqualTo(Admission.WAIT);
        appendTo(0, "a3");
        assertThat(told[0]).isZero();

        settle("r", 3);

        assertThat(journal.admission(0)).isEqualTo(Admission.TAKE);
        assertThat(told[0]).isEqualTo(1);
    }

    @Test
    void shouldDropTheOldestOfALaneThatHoldsTooMany() {
        journal = open(options(lane("l", count(3), WhenFull.DROP_OLDEST)));

        for (int i = 1; i <= 5; i++) {
            appendTo(0, "m" + i);
        }

        assertThat(payloads(0)).containsExactly("m3", "m4", "m5");
        assertThat(journal.admission(0)).isEqualTo(Admission.TAKE);
        assertThat(journal.lanes().get(0).messages()).isEqualTo(3);
        assertThat(journal.lanes().get(0).tail()).isEqualTo(3);
        assertThat(journal.gaps()).singleElement().satisfies(gap -> {
            assertThat(gap.lane()).isEqualTo("l");
            assertThat(gap.routes()).containsExactly("r");
            assertThat(gap.from()).isEqualTo(1);
            assertThat(gap.to()).isEqualTo(2);
            assertThat(gap.messages()).isEqualTo(2);
            assertThat(gap.bytes()).isEqualTo(6);
            assertThat(gap.reason()).isEqualTo(GapReason.COUNT);
        });
        assertThat(journal.gapTotals().messages()).containsEntry(GapReason.COUNT, 2L);
    }

    @Test
    void shouldDropTheOldestOfALaneThatHoldsTooMuch() {
        journal = open(options(lane("l", size(1_000), WhenFull.DROP_OLDEST)));

        for (int i = 1; i <= 5; i++) {
            appendTo(0, String.valueOf(i).repeat(300));
        }

        assertThat(payloads(0)).extracting(payload -> payload.charAt(0)).containsExactly('3', '4', '5');
        assertThat(journal.gaps()).extracting(Gap::reason).containsExactly(GapReason.SIZE);
    }

    @Test
    void shouldAlwaysKeepTheNewestChunkOfALaneThatDropsTheOldest() {
        journal = open(options(lane("l", size(10), WhenFull.DROP_OLDEST)));

        appendTo(0, "1".repeat(300));
        appendTo(0, "2".repeat(300));

        assertThat(payloads(0)).hasSize(1);
    }

    @Test
    void shouldRemoveWhatIsTooOldWhateverThePolicy() {
        journal = open(options(lane("l", age(Duration.ofMinutes(10)), WhenFull.STALL)));
        appendTo(0, "m1");
        pass(Duration.ofMinutes(5));
        appendTo(0, "m2");

        pass(Duration.ofMinutes(5).plusSeconds(2));
        assertThat(payloads(0)).containsExactly("m2");
        assertThat(journal.gaps()).extracting(Gap::reason).containsExactly(GapReason.AGE);

        pass(Duration.ofMinutes(5).plusSeconds(2));
        assertThat(payloads(0)).isEmpty();
        assertThat(journal.lanes().get(0).messages()).isZero();
        assertThat(journal.lanes().get(0).storedBytes()).isZero();
        assertThat(journal.gapTotals().messages()).containsEntry(GapReason.AGE, 2L);
    }

    @Test
    void shouldNotAgeWhenTheWallClockJumps() {
        journal = open(options(lane("l", age(Duration.ofDays(7)), WhenFull.STALL)));
        clock.setWall(0, false);
        appendTo(0, "m1");

        clock.setWall(Duration.ofDays(20_000).toMillis(), true);
        pass(Duration.ofMinutes(5));
        assertThat(payloads(0)).containsExactly("m1");

        clock.setWall(0, false);
        pass(Duration.ofDays(6));
        crash(options(lane("l", age(Duration.ofDays(7)), WhenFull.STALL)));
        step();
        assertThat(payloads(0)).containsExactly("m1");

        pass(Duration.ofDays(1).plusMinutes(1));
        assertThat(payloads(0)).isEmpty();
    }

    @Test
    void shouldKeepWhatIsDeliveredForItsHistory() {
        LaneLimits history = new LaneLimits(Duration.ofHours(1).toMillis(), LaneLimits.UNLIMITED, LaneLimits.UNLIMITED);
        journal = open(options(new LaneOptions("l", LaneLimits.NONE, history, WhenFull.STALL)));
        appendTo(0, "m1");
        pass(Duration.ofMinutes(30));
        appendTo(0, "m2");
        settle("r", 2);
        assertThat(payloads(0)).containsExactly("m1", "m2");

        pass(Duration.ofMinutes(31));
        assertThat(payloads(0)).containsExactly("m2");

        pass(Duration.ofMinutes(31));
        assertThat(payloads(0)).isEmpty();
        assertThat(journal.gaps()).isEmpty();
    }

    @Test
    void shouldKeepNoMoreHistoryThanItsSize() {
        LaneLimits history = new LaneLimits(LaneLimits.UNLIMITED, 700, LaneLimits.UNLIMITED);
        journal = open(options(new LaneOptions("l", LaneLimits.NONE, history, WhenFull.STALL)));
        for (int i = 1; i <= 5; i++) {
            appendTo(0, String.valueOf(i).repeat(300));
        }

        settle("r", 4);

        assertThat(payloads(0)).extracting(payload -> payload.charAt(0)).containsExactly('3', '4', '5');
        assertThat(journal.gaps()).isEmpty();
    }

    @Test
    void shouldGiveHistoryUpBeforeALaneIsFull() {
        LaneLimits history = new LaneLimits(LaneLimits.UNLIMITED, LaneLimits.UNLIMITED, LaneLimits.UNLIMITED);
        journal = open(options(new LaneOptions("l", count(32), history, WhenFull.STALL)));
        for (int i = 1; i <= 29; i++) {
            appendTo(0, "m" + i);
        }
        settle("r", 28);
        assertThat(payloads(0)).hasSize(29);

        appendTo(0, "m30", "m31", "m32");

        assertThat(payloads(0)).containsExactly("m29", "m30", "m31", "m32");
        assertThat(journal.admission(0)).isEqualTo(Admission.TAKE);
        assertThat(journal.gaps()).isEmpty();
    }

    @Test
    void shouldRecordNoGapForWhatEveryRouteHas() {
        JournalOptions options = JournalOptions.defaults(List.of(wanting("a"), wanting("b")))
                .withLanes(List.of(lane("l", count(2), WhenFull.DROP_OLDEST)));
        journal = open(options);
        appendTo(0, "m1");
        appendTo(0, "m2");
        journal.saveProgress("a", new RouteProgress(List.of(LaneProgress.from("l", 3)), 2, 0, 0));
        step();

        appendTo(0, "m3");

        assertThat(journal.gaps()).singleElement().satisfies(gap -> {
            assertThat(gap.routes()).containsExactly("b");
            assertThat(gap.messages()).isEqualTo(1);
        });
    }

    @Test
    void shouldTellApartWhoWantedWhatOfAChunk() {
        JournalOptions options = JournalOptions.defaults(List.of(wanting("a", "t1"), wanting("b", "t1", "t2")))
                .withLanes(List.of(lane("l", count(4), WhenFull.DROP_OLDEST)));
        journal = open(options);
        journal.append(StoredMessages.append(0, "t1", "1", durable));
        journal.append(StoredMessages.append(0, "t2", "2", durable));
        journal.append(StoredMessages.append(0, "t3", "3", durable));
        journal.append(StoredMessages.append(0, "t1", "4", durable));
        step();

        appendTo(0, "5");

        assertThat(payloads(0)).containsExactly("5");
        assertThat(journal.gaps())
                .extracting(Gap::routes, Gap::from, Gap::to, Gap::messages)
                .containsExactlyInAnyOrder(
                        tuple(List.of("a", "b"), 1L, 4L, 2L),
                        tuple(List.of("b"), 2L, 2L, 1L),
                        tuple(List.of(), 3L, 3L, 1L));
        assertThat(journal.lostBefore(0, "a", 5)).isEqualTo(4);
        assertThat(journal.lostBefore(0, "b", 2)).isEqualTo(1);
        assertThat(journal.lostBefore(0, "c", 5)).isZero();
    }

    @Test
    void shouldCountWhatNoRouteWants() {
        JournalOptions options = JournalOptions.defaults(List.of(wanting("a", "t1")))
                .withLanes(List.of(lane("l", count(3), WhenFull.DROP_OLDEST)));
        journal = open(options);
        journal.append(StoredMessages.append(0, "t1", "1", durable));
        journal.append(StoredMessages.append(0, "t2", "2", durable));
        step();
        settle("a", 2);
        assertThat(payloads(0)).containsExactly("2");
        assertThat(journal.lanes().get(0).unrouted()).isEqualTo(1);

        crash(options);
        assertThat(journal.lanes().get(0).unrouted()).isEqualTo(1);

        appendTo(0, "3", "4", "5");
        assertThat(journal.lanes().get(0).unrouted()).isZero();
        assertThat(journal.gaps()).extracting(Gap::routes).containsExactly(List.of());
    }

    @Test
    void shouldRememberGapsAcrossACrash() {
        JournalOptions options = options(lane("l", count(1), WhenFull.DROP_OLDEST));
        journal = open(options);
        appendTo(0, "m1");
        appendTo(0, "m2");
        List<Gap> before = journal.gaps();

        crash(options);

        assertThat(journal.gaps()).isEqualTo(before).hasSize(1);
        assertThat(journal.gapTotals().messages()).containsEntry(GapReason.COUNT, 1L);
        assertThat(journal.lanes().get(0).messages()).isEqualTo(1);
        assertThat(journal.lanes().get(0).tail()).isEqualTo(2);
    }

    @Test
    void shouldMakeOneGapOfAnEpisodeAndAnotherOfTheNext() {
        journal = open(options(lane("l", count(1), WhenFull.DROP_OLDEST)));
        appendTo(0, "m1");
        appendTo(0, "m2");
        appendTo(0, "m3");
        assertThat(journal.gaps()).hasSize(1);

        pass(Duration.ofSeconds(11));
        appendTo(0, "m4");

        assertThat(journal.gaps()).extracting(Gap::messages).containsExactly(2L, 1L);
    }

    @Test
    void shouldTellOfAGapOnceItIsOver() {
        GapNotice notice = new GapNotice() {
            @Override
            public Topic topic() {
                return Topic.of("holdfast/g/gap");
            }

            @Override
            public int lane() {
                return 1;
            }

            @Override
            public byte[] payload(Gap gap) {
                return (gap.lane() + " lost " + gap.messages()).getBytes(UTF_8);
            }
        };
        JournalOptions options =
                options(lane("l", count(1), WhenFull.DROP_OLDEST), REST).withGapNotice(notice);
        journal = open(options);
        appendTo(0, "m1");
        appendTo(0, "m2");
        appendTo(0, "m3");
        assertThat(payloads(1)).isEmpty();

        crash(options);
        pass(Duration.ofSeconds(11));
        assertThat(payloads(1)).containsExactly("l lost 2");
        assertThat(StoredMessages.read(journal, 1).get(0).origin().source()).isEqualTo(Origin.Source.GATEWAY);

        crash(options);
        pass(Duration.ofSeconds(70));
        assertThat(payloads(1)).hasSize(1);
    }

    @Test
    void shouldRecordACorruptChunkAsAGapAndLetTheOthersFlow() {
        journal = open(options(REST));
        appendTo(0, "m1");
        appendTo(0, "m2");
        appendTo(0, "m3");
        store.corrupt("lane.2", Keys.ofSequence(2), bytes -> {
            bytes[bytes.length - 3] ^= 1;
            return bytes;
        });
        StoredChunk bad = journal.read(0, 2, 1).get(0);

        long next = journal.passCorrupt(0, bad, new CorruptChunkException("a test has damaged it"), "r");
        step();

        assertThat(next).isEqualTo(3);
        assertThat(payloads(0)).containsExactly("m1", "m3");
        assertThat(journal.lanes().get(0).messages()).isEqualTo(2);
        assertThat(journal.gaps()).singleElement().satisfies(gap -> {
            assertThat(gap.reason()).isEqualTo(GapReason.CORRUPT);
            assertThat(gap.from()).isEqualTo(2);
            assertThat(gap.to()).isEqualTo(2);
            assertThat(gap.routes()).containsExactly("r");
        });
    }

    @Test
    void shouldNameTheRouteThatHasGoneOnBehindACorruptChunkBeforeItWasMoved() {
        journal = open(options(REST));
        appendTo(0, "m1");
        appendTo(0, "m2");
        StoredChunk first = journal.read(0, 1, 1).get(0);

        journal.passCorrupt(0, first, new CorruptChunkException("a test says so"), "r");
        settle("r", 2);

        assertThat(journal.gaps()).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(1);
            assertThat(gap.routes()).containsExactly("r");
        });
    }

    @Test
    void shouldCommitNoMoreOftenThanItIsTold() {
        journal = open(options(REST).withCommitEvery(Duration.ofMillis(200)));
        pass(Duration.ofMillis(200));
        appendTo(0, "m1");
        assertThat(durable).containsExactly("m1");

        appendTo(0, "m2");
        appendTo(0, "m3");
        assertThat(durable).containsExactly("m1");

        pass(Duration.ofMillis(199));
        assertThat(durable).containsExactly("m1");
        int before = store.commits();
        pass(Duration.ofMillis(1));
        assertThat(durable).containsExactly("m1", "m2", "m3");
        assertThat(store.commits()).isEqualTo(before + 1);
    }
}
