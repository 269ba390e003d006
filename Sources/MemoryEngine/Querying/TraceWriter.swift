internal import Logging
internal import MemoryModel
internal import Synchronization

/// Writes the traces of answered queries in batches, off the hot path.
///
/// The queue is bounded: should the database be slower than the queries, the oldest traces are dropped and counted.
final class TraceWriter: Sendable {
    private struct Waiting {
        let workspaceID: Identifier<Workspace>
        let trace: ContextTrace
    }

    private let store: any MemoryStore
    private let configuration: ContextConfiguration
    private let queue = Mutex<[Waiting]>([])
    private let logger = Logger(label: "mneme.context")

    init(store: any MemoryStore, configuration: ContextConfiguration) {
        self.store = store
        self.configuration = configuration
    }

    /// Puts a trace in the queue.
    func enqueue(_ trace: ContextTrace, workspaceID: Identifier<Workspace>) {
        let dropped = queue.withLock { queue in
            queue.append(Waiting(workspaceID: workspaceID, trace: trace))
            let excess = queue.count - configuration.traceQueueLimit
            if excess > 0 { queue.removeFirst(excess) }
            return max(0, excess)
        }
        EngineMetrics.count(.tracesDropped, by: dropped)
    }

    /// Whether a workspace's trace is still in the queue.
    func isWaiting(_ id: Identifier<ContextPack>, in workspaceID: Identifier<Workspace>) -> Bool {
        queue.withLock { queue in queue.contains { $0.trace.id == id && $0.workspaceID == workspaceID } }
    }

    /// Writes until the task is cancelled, then what is left.
    func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: configuration.traceInterval)
            await flush()
        }
        // The task's cancellation must not reach the last writes.
        await Task { await self.flush() }.value
    }

    /// Writes all that waits.
    func flush() async {
        while true {
            let batch = queue.withLock { Array($0.prefix(configuration.traceBatch)) }
            guard !batch.isEmpty else { return }
            for (workspaceID, group) in Dictionary(grouping: batch, by: \.workspaceID) {
                await write(group.map(\.trace), workspaceID: workspaceID)
            }
            let written = Set(batch.map(\.trace.id))
            queue.withLock { $0.removeAll { written.contains($0.trace.id) } }
        }
    }

    private func write(_ traces: [ContextTrace], workspaceID: Identifier<Workspace>) async {
        do {
            _ = try await store.withTransaction(as: .worker(in: workspaceID), .writing()) { tx in
                try await tx.insertTraces(traces)
                // What packs showed is in use: retention asks for it, and no query waits for the writing.
                if let latest = traces.map(\.createdAt).max() {
                    let shown = traces.flatMap(Self.shownEntries).compactMap(\.item?.itemID)
                    try await tx.noteUses(of: shown, at: latest)
                }
                tx.append(traces.map(Self.event(of:)))
            }
            EngineMetrics.count(.tracesWritten, by: traces.count)
        } catch {
            EngineMetrics.count(.tracesDropped, by: traces.count)
            logger.warning("traces could not be written", metadata: ["count": "\(traces.count)"])
        }
    }

    private static func shownEntries(_ trace: ContextTrace) -> [TraceEntry] {
        trace.body.entries.filter { $0.outcome == .included || $0.outcome == .excerpted }
    }

    private static func event(of trace: ContextTrace) -> NewEvent {
        let included = shownEntries(trace).count
        var details: [String: JSONValue] = [
            "entries": .integer(Int64(included)),
            "tokens": .integer(Int64(trace.body.tokenCount)),
        ]
        if let agentID = trace.agentID { details["agent_id"] = .string(agentID.description) }
        if let threadID = trace.threadID { details["thread_id"] = .string(threadID.description) }
        return NewEvent(kind: "context_retrieved", subject: "context:\(trace.id)", details: details)
    }
}
