public import MemoryModel
import Synchronization

/// A chat model that answers as a script says.
public final class ScriptedChatProvider: ChatProvider {
    /// Answers the request with that number, from 0, or throws a `ChatError`.
    public typealias Script = @Sendable (_ request: ChatRequest, _ index: Int) throws -> ChatAnswer

    private struct State {
        var script: Script
        var requests: [ChatRequest] = []
    }

    private let state: Mutex<State>

    /// Always the same.
    public let name = "scripted"
    /// Always the same.
    public let model = "scripted-1"

    /// Makes a model that follows a script.
    public init(_ script: @escaping Script = { _, _ in ChatAnswer(text: "A summary.") }) {
        state = Mutex(State(script: script))
    }

    /// The requests so far, in order.
    public var requests: [ChatRequest] { state.withLock { $0.requests } }

    /// Follows another script from now on; requests are counted anew.
    public func follow(_ script: @escaping Script) {
        state.withLock { $0 = State(script: script) }
    }

    /// Answers as the script says.
    public func answer(
        _ request: ChatRequest,
        deadline: ContinuousClock.Instant?
    ) async throws(ChatError) -> ChatAnswer {
        let (script, index) = state.withLock { state in
            state.requests.append(request)
            return (state.script, state.requests.count - 1)
        }
        do {
            return try script(request, index)
        } catch {
            throw error as? ChatError ?? ChatError(.invalidAnswer, "the script failed")
        }
    }
}
