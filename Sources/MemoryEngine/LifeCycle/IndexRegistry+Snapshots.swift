internal import Logging
internal import MemoryModel
internal import Synchronization

extension IndexRegistry {
    /// Writes what has changed to disk, now and then, until the task is cancelled; then once more.
    public func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: configuration.snapshotInterval)
            await writeSnapshots()
        }
    }

    /// Writes every index that changed since it was last written.
    public func writeSnapshots() async {
        for index in slots.withLock({ $0.changed }) { await writeSnapshot(of: index) }
    }

    /// Writes one index, where it is still in use here; a disk that is full ends snapshots, never queries.
    func writeSnapshot(of index: CollectionIndex) async {
        guard let snapshots else { return }
        await writingAlone {
            // What was forgotten or erased meanwhile must not come back.
            guard slots.withLock({ $0.slot(of: index) != nil }) else { return }
            do {
                let seq = try await executor.saves.run { try snapshots.write(index) }
                slots.withLock { _ = $0.update(index) { $0.savedSeq = seq } }
                EngineMetrics.count(.snapshotsWritten)
            } catch {
                EngineMetrics.count(.snapshotFailures)
                logger.warning("an index snapshot could not be written", metadata: ["reason": "\(error)"])
            }
        }
    }

    /// Runs `body` while no snapshot is written.
    func writingAlone<Value: Sendable>(_ body: () async throws -> Value) async rethrows -> Value {
        try await snapshotTurn.run(body)
    }

    /// Notes the place at which a snapshot was written.
    func noteSaved(_ index: CollectionIndex, at seq: Int64) {
        slots.withLock { _ = $0.update(index) { $0.savedSeq = seq } }
    }
}
