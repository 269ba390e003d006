internal import LexicalSearch
internal import MemoryModel
internal import Synchronization

/// The analyzer of each language, made once, and the language of each workspace, read once (it never changes).
final class WorkspaceAnalyzers: Sendable {
    private struct State {
        var languages: [Identifier<Workspace>: Language] = [:]
        var analyzers: [Int32: Analyzer] = [:]
    }

    private static let knownWorkspaces = 10_000

    private let state = Mutex(State())

    /// The analyzer for texts of the transaction's workspace.
    func analyzer(in tx: any MemoryTransaction) async throws -> Analyzer {
        let workspaceID = tx.principal.workspaceID
        if let known = state.withLock({ $0.languages[workspaceID] }) { return try analyzer(for: known) }
        let language = Self.language(named: try await tx.workspace().language)
        state.withLock { state in
            if state.languages.count >= Self.knownWorkspaces { state.languages.removeAll() }
            state.languages[workspaceID] = language
        }
        return try analyzer(for: language)
    }

    /// The analyzer that made terms with this signature, or nil where this build has none.
    func analyzer(signature: Int32) -> Analyzer? {
        guard UInt8(truncatingIfNeeded: signature >> 8) == Analyzer.currentVersion,
            let language = Language(rawValue: UInt8(truncatingIfNeeded: signature))
        else { return nil }
        return try? analyzer(for: language)
    }

    private func analyzer(for language: Language) throws(EngineError) -> Analyzer {
        let key = Int32(language.rawValue)
        if let analyzer = state.withLock({ $0.analyzers[key] }) { return analyzer }
        do throws(LexicalSearchError) {
            let analyzer = try Analyzer(language: language)
            state.withLock { $0.analyzers[key] = analyzer }
            return analyzer
        } catch {
            throw EngineError(.internal, "no analyzer for the workspace's language: \(error.code.rawValue)")
        }
    }

    private static func language(named name: String) -> Language {
        Language.allCases.first { String(describing: $0) == name } ?? .unstemmed
    }
}
