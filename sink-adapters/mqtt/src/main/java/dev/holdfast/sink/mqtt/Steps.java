package dev.holdfast.sink.mqtt;

import dev.holdfast.sink.ProbeStep.Result;

/** Takes the steps of a probe. */
interface Steps {

    void add(String name, Result result, String text, String hint);
}
