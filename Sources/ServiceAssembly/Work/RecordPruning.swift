package import Logging
package import MemoryModel
package import PostgresStorage

/// Forgets records that are older than the operator wants them kept, every hour.
package struct RecordPruning: Sendable {
    /// Records of one transaction.
    private static let batch = 1_000

    private let records: PostgresRecords
    private let settings: RecordSettings
    private let clock: any WallClock
    private let logger: Logger

    /// Makes a task that has not begun.
    package init(records: PostgresRecords, settings: RecordSettings, clock: any WallClock, logger: Logger) {
        self.records = records
        self.settings = settings
        self.clock = clock
        self.logger = logger
    }

    /// Works until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            await pruneOnce()
            try? await Task.sleep(for: .seconds(3_600))
        }
    }

    /// Forgets what is too old now.
    package func pruneOnce() async {
        for (kind, lifetime) in settings.lifetimes.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let before = clock.now.advanced(bySeconds: -lifetime.components.seconds)
            var count = Self.batch
            var sum = 0
            while count == Self.batch, !Task.isCancelled {
                do throws(StoreError) {
                    count = try await records.forget(kind, before: before, most: Self.batch)
                    sum += count
                } catch {
                    logger.warning("old records could not be forgotten", metadata: ["reason": "\(error)"])
                    break
                }
            }
            if sum > 0 { logger.info("forgot records", metadata: ["kind": "\(kind.rawValue)", "count": "\(sum)"]) }
        }
    }
}
