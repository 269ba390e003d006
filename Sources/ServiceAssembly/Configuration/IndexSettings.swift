package import Configuration

/// How indexes are kept in memory and on disk.
package struct IndexSettings: Sendable, Hashable {
    /// The most memory that loaded indexes take; half of the machine's where nil.
    package let memory: ByteCount?

    /// How long a query waits for an index that is loaded or catches up.
    package let patience: Duration

    /// How often snapshots are written.
    package let snapshotInterval: Duration

    /// Reads the keys `index.*`.
    package init(config: ConfigReader) async throws(ConfigurationError) {
        memory = try await Self.memorySetting.read(config)
        patience = try await Self.patienceSetting.require(config)
        snapshotInterval = try await Self.snapshotIntervalSetting.require(config)
    }

    private static let memorySetting = Setting<ByteCount>(
        "index.memory",
        range: "16M and more",
        "The most memory that loaded indexes take together (also `--index-memory`): the least recently used ones are written "
            + "to disk and let go of. Half of the memory that the process may use when not set."
    ) { $0 >= ByteCount(16 << 20) }

    private static let patienceSetting = Setting<Duration>(
        "index.patience",
        default: .seconds(2),
        in: .milliseconds(1) ... .seconds(60),
        "How long a query waits for an index that is loaded or catches up; later it is answered from what is there, and says so."
    )

    private static let snapshotIntervalSetting = Setting<Duration>(
        "index.snapshotInterval",
        default: .seconds(300),
        in: .seconds(1) ... .seconds(86_400),
        "How often snapshots of changed indexes are written; they make the next start fast, and hold nothing of their own."
    )

    static let settings = [
        memorySetting.summaryRow, patienceSetting.summaryRow, snapshotIntervalSetting.summaryRow,
    ]
}
