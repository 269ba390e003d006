import Synchronization

/// What was sent to a service, and what it acknowledged: contents by id.
final class WriteLedger: Sendable {
    /// The two kinds of things that are written.
    enum Kind: Sendable, CaseIterable {
        case item
        case message
    }

    private struct Entries {
        var tried: [String: String] = [:]
        var acknowledged: [String: String] = [:]
    }

    private let entries = Mutex<[Kind: Entries]>([:])

    /// Notes what is about to be sent.
    func willSend(_ contents: [String: String], as kind: Kind) {
        entries.withLock { $0[kind, default: Entries()].tried.merge(contents) { _, new in new } }
    }

    /// Notes what was acknowledged.
    func acknowledge(_ contents: [String: String], as kind: Kind) {
        entries.withLock { $0[kind, default: Entries()].acknowledged.merge(contents) { _, new in new } }
    }

    /// How much was acknowledged.
    func acknowledgedCount(of kind: Kind) -> Int { entries.withLock { $0[kind]?.acknowledged.count ?? 0 } }

    /// What was acknowledged and is not among what is there.
    func lost(of kind: Kind, there: [String: String]) -> [String] {
        entries.withLock { $0[kind]?.acknowledged.filter { there[$0.key] != $0.value }.map(\.key) ?? [] }
    }

    /// What is there and was never sent, or was sent otherwise.
    func phantoms(of kind: Kind, there: [String: String]) -> [String] {
        entries.withLock { entries in
            there.filter { entries[kind]?.tried[$0.key] != $0.value }.map(\.key)
        }
    }
}
