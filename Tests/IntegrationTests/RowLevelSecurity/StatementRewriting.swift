import Synchronization

/// Takes the workspace out of statements: what the database still holds back, its policies hold back alone.
final class StatementRewriting: Sendable {
    /// One mention of the workspace in a statement.
    struct Predicate: Hashable, Sendable {
        let statement: String
        let number: Int
    }

    enum Mode: Sendable {
        /// Statements are sent as they are, and their predicates noted.
        case noting
        /// Every predicate is taken out.
        case withoutAll
        /// One is.
        case without(Predicate)
    }

    private struct State {
        var mode = Mode.noting
        var noted: Set<Predicate> = []
        var rewritten = 0
    }

    private let state = Mutex(State())

    /// What was seen while noting.
    var noted: Set<Predicate> { state.withLock { $0.noted } }

    /// How many predicates were taken out since the mode was set.
    var rewritten: Int { state.withLock { $0.rewritten } }

    func set(_ mode: Mode) {
        state.withLock {
            $0.mode = mode
            $0.rewritten = 0
        }
    }

    /// Forgets what was noted, and returns it.
    func takeNoted() -> Set<Predicate> {
        state.withLock { state in
            defer { state.noted = [] }
            return state.noted
        }
    }

    /// The statement to send.
    func rewrite(_ sql: String) -> String {
        state.withLock { state in
            var number = 0
            let text = sql.replacing(/(?:\b\w+\.)?\bworkspace_id = (\$\d+|\w+\.workspace_id)/) { match in
                defer { number += 1 }
                let predicate = Predicate(statement: sql, number: number)
                switch state.mode {
                case .noting:
                    state.noted.insert(predicate)
                    return String(match.output.0)
                case .without(let chosen) where chosen != predicate:
                    return String(match.output.0)
                case .without, .withoutAll:
                    state.rewritten += 1
                    // A parameter stays in use, so that its type and number are known.
                    return match.output.1.hasPrefix("$") ? "(\(match.output.1) IS NOT NULL)" : "true"
                }
            }
            return text
        }
    }
}
