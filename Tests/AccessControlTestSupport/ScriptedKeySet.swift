public import MemoryModel
import Synchronization

/// An identity provider's key set that a test changes, with a count of how often it was fetched.
public final class ScriptedKeySet: KeySetSource {
    private struct State {
        var bytes: [UInt8]?
        var fetches = 0
    }

    private let state: Mutex<State>

    /// Makes a set; nil is one that cannot be reached.
    public init(_ bytes: [UInt8]?) {
        state = Mutex(State(bytes: bytes))
    }

    /// How often it was asked for.
    public var fetches: Int { state.withLock { $0.fetches } }

    /// Publishes another set, or none.
    public func publish(_ bytes: [UInt8]?) {
        state.withLock { $0.bytes = bytes }
    }

    /// The set as it is now.
    public func keySet() async throws(KeySetSourceError) -> [UInt8] {
        let bytes = state.withLock { state in
            state.fetches += 1
            return state.bytes
        }
        guard let bytes else { throw KeySetSourceError(.unreachable) }
        return bytes
    }
}
