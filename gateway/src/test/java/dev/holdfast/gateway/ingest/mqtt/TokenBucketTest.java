package dev.holdfast.gateway.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How fast a client may send. */
class TokenBucketTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void shouldGiveTheAmountOfASecondAtOnceAndThenAsMuchAsFlowsIn() {
        TokenBucket bucket = new TokenBucket(10, 0);
        for (int i = 0; i < 9; i++) {
            assertThat(bucket.take(1, 0)).isZero();
        }

        assertThat(bucket.take(1, 0)).isEqualTo(SECOND / 10);
        assertThat(bucket.take(1, SECOND / 10)).isEqualTo(SECOND / 10);
        assertThat(bucket.take(1, SECOND)).isZero();
    }

    @Test
    void shouldLetADebtBePaid() {
        TokenBucket bucket = new TokenBucket(1_000, 0);

        assertThat(bucket.take(3_000, 0)).isEqualTo(2_001 * SECOND / 1_000);
        assertThat(bucket.take(1, 3 * SECOND)).isZero();
    }

    @Test
    void shouldNotSaveUpMoreThanASecond() {
        TokenBucket bucket = new TokenBucket(10, 0);

        assertThat(bucket.take(11, 100 * SECOND)).isPositive();
    }

    @Test
    void shouldHaveNoEndWithoutARate() {
        assertThat(new TokenBucket(0, 0).take(Long.MAX_VALUE, 0)).isZero();
    }
}
