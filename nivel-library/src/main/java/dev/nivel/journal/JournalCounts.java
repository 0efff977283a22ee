package dev.nivel.journal;

/**
 * The state of a journal. A record is one version of one field.
 *
 * @param segments files
 * @param bytes in the files, those in quarantine included
 * @param live records that were neither released nor lost
 * @param appended records since the journal was opened
 * @param fsyncs of files that succeeded
 * @param fsyncFailures each of which cost a segment
 * @param writeFailures appends that a full or broken disk refused
 * @param quarantined damaged pieces that are kept apart now
 * @param isWritable whether the next append can be expected to succeed
 * @param reason why not; empty if it is
 */
public record JournalCounts(int segments, long bytes, long live, long appended, long fsyncs,
    long fsyncFailures, long writeFailures, long quarantined, boolean isWritable, String reason) {}
