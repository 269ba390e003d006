public import MemoryModel
import Synchronization

/// The ports of storage over plain values: what tests use where the database itself is not the subject.
///
/// One writer at a time, readers on a snapshot; audiences, roles and typed failures as the real store's.
public final class InMemoryMemoryStore: MemoryStore {
    let state = Mutex(InMemoryState())
    let clock: any WallClock
    let identifiers: IdentifierGenerator
    private let writers = WriterTurn()
    private let currentEpoch: Mutex<String>

    /// Makes an empty store.
    public init(clock: any WallClock, identifiers: IdentifierGenerator? = nil, epoch: String = "epoch-1") {
        self.clock = clock
        self.identifiers =
            identifiers ?? IdentifierGenerator(clock: clock, random: SeededGenerator(seed: 0x5EED))
        currentEpoch = Mutex(epoch)
    }

    /// The identity of the store and its timeline.
    public var epoch: String { currentEpoch.withLock { $0 } }

    /// What a restore from a backup does: tokens and snapshots of before no longer match.
    public func beginEpoch(_ epoch: String) {
        currentEpoch.withLock { $0 = epoch }
    }

    /// Runs a transaction on a copy of the workspace, which replaces it where the closure succeeds.
    public func withTransaction<Value: Sendable>(
        as principal: Principal,
        _ options: TransactionOptions,
        _ body: @Sendable (any MemoryTransaction) async throws -> Value
    ) async throws -> Committed<Value> {
        if let deadline = options.deadline, deadline <= .now {
            throw StoreError(.deadlineExceeded, "the deadline passed")
        }
        guard !options.isReadOnly else {
            let transaction = begin(principal, isReadOnly: true)
            return Committed(value: try await body(transaction), token: nil)
        }
        return try await writing {
            let transaction = begin(principal, isReadOnly: false)
            let value = try await body(transaction)
            let (workspace, positions) = try transaction.finish(epoch: epoch)
            state.withLock { $0.workspaces[principal.workspaceID] = workspace }
            let token = positions.isEmpty ? nil : ConsistencyToken(epoch: epoch, positions: positions)
            return Committed(value: value, token: token)
        }
    }

    /// Every event so far, in order.
    public func events(in workspaceID: Identifier<Workspace>) -> [NewEvent] {
        state.withLock { $0.workspaces[workspaceID]?.events ?? [] }
    }

    /// Usage recorded so far.
    public func usage(in workspaceID: Identifier<Workspace>) -> [UsageRecord] {
        state.withLock { $0.workspaces[workspaceID]?.usage.map(\.record) ?? [] }
    }

    /// Waits for the writer's turn and runs alone.
    func writing<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        await writers.take()
        do {
            let value = try await body()
            writers.pass()
            return value
        } catch {
            writers.pass()
            throw error
        }
    }

    private func begin(_ principal: Principal, isReadOnly: Bool) -> InMemoryTransaction {
        InMemoryTransaction(
            principal: principal,
            now: clock.now,
            isReadOnly: isReadOnly,
            workspace: state.withLock { $0.workspaces[principal.workspaceID] },
            identifiers: identifiers
        )
    }
}

/// One turn, handed on in the order of arrival.
private final class WriterTurn: Sendable {
    private struct State {
        var isTaken = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func take() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.isTaken {
                    state.waiting.append(continuation)
                    return false
                }
                state.isTaken = true
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    func pass() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.waiting.isEmpty {
                state.isTaken = false
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
