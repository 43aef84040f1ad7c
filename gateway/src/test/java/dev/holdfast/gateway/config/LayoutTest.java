package dev.holdfast.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The layout is what documentation and schema will be made from. */
class LayoutTest {

    @Test
    void shouldDescribeEveryKeyOnceAndWithDefaultsThatAreAllowed() {
        check(Layout.ROOT);
    }

    private static void check(Section section) {
        assertThat(section.names()).doesNotHaveDuplicates().noneMatch(section.notYet()::contains);
        if (section.form() == Section.Form.LIST
                && !section.equals(Layout.PUBLISH)) { // by which variables and messages call its elements
            assertThat(section.item(Layout.ROUTE_NAME.name())).isInstanceOf(Key.class);
        }
        for (Item item : section.items()) {
            assertThat(item.doc()).as(item.name()).endsWith(".").hasLineCount(1);
            if (item instanceof Section inner) {
                check(inner);
            } else if (item instanceof Key<?> key && key.defaultText() != null) {
                assertThat(key.required()).as(key.name()).isFalse();
                assertThat(key.defaultValue()).as(key.name()).isNotNull();
            }
        }
    }
}
