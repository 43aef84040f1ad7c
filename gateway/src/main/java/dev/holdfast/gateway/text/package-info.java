/** How numbers and failures are shown to people, on the command line and by the status. */
package dev.holdfast.gateway.text;
