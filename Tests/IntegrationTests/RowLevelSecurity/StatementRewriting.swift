import Synchronization

/// Takes the workspace out of statements: what the database still holds back, its policies hold back alone.
final class StatementRewriting: Sendable {
    /// One mention of the workspace in a statement.
    struct Predicate: Hashable, Sendable {
        let statement: String
        let number: Int
        /// The text around it: statements that differ elsewhere alone have the same predicate.
        let surroundings: String
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
        var seen: Set<Predicate> = []
        var rewritten: Set<Predicate> = []
    }

    private let state = Mutex(State())

    /// Every predicate that was seen while noting.
    var seen: Set<Predicate> { state.withLock { $0.seen } }

    /// What was taken out since the mode was set.
    var rewritten: Set<Predicate> { state.withLock { $0.rewritten } }

    func set(_ mode: Mode) {
        state.withLock {
            $0.mode = mode
            $0.rewritten = []
        }
    }

    /// Forgets what was noted since the last call, and returns it.
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
            return sql.replacing(/(?:\b\w+\.)?\bworkspace_id = (\$\d+|\w+\.workspace_id)/) { match in
                defer { number += 1 }
                let before = sql[..<match.range.lowerBound].suffix(80)
                let after = sql[match.range.upperBound...].prefix(50)
                let predicate = Predicate(
                    statement: sql,
                    number: number,
                    surroundings: PredicateCatalogue.normalized("\(before)\(match.output.0)\(after)")
                )
                switch state.mode {
                case .noting:
                    state.noted.insert(predicate)
                    state.seen.insert(predicate)
                    return String(match.output.0)
                case .without(let chosen) where chosen != predicate:
                    return String(match.output.0)
                case .without, .withoutAll:
                    state.rewritten.insert(predicate)
                    // A parameter stays in use, so that its type and number are known.
                    return match.output.1.hasPrefix("$") ? "(\(match.output.1) IS NOT NULL)" : "true"
                }
            }
        }
    }
}
