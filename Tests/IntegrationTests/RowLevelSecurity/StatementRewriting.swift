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
        var known: [String: Statement] = [:]
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
            let statement = state.known[sql] ?? Statement(sql)
            state.known[sql] = statement
            guard !statement.predicates.isEmpty else { return sql }
            switch state.mode {
            case .noting:
                state.noted.formUnion(statement.predicates)
                state.seen.formUnion(statement.predicates)
                return sql
            case .without(let chosen):
                guard chosen.statement == sql else { return sql }
                state.rewritten.insert(chosen)
                return statement.without { $0 == chosen.number }
            case .withoutAll:
                state.rewritten.formUnion(statement.predicates)
                return statement.without { _ in true }
            }
        }
    }

    /// A statement, divided at its predicates.
    private struct Statement {
        private(set) var predicates: [Predicate] = []
        /// The text before each predicate, and behind the last.
        private var pieces: [String] = []
        private var texts: [String] = []
        private var replacements: [String] = []

        init(_ sql: String) {
            var end = sql.startIndex
            // Without `\b`: to Unicode, `t.workspace_id` is one word, and its middle no boundary.
            for match in sql.matches(of: /(?:\w+\.)?workspace_id = (\$\d+|\w+\.workspace_id)/) {
                let before = sql[..<match.range.lowerBound].suffix(80)
                let after = sql[match.range.upperBound...].prefix(50)
                predicates.append(
                    Predicate(
                        statement: sql,
                        number: predicates.count,
                        surroundings: PredicateCatalogue.normalized("\(before)\(match.output.0)\(after)")
                    )
                )
                pieces.append(String(sql[end..<match.range.lowerBound]))
                texts.append(String(match.output.0))
                // A parameter stays in use, so that its type and number are known.
                replacements.append(match.output.1.hasPrefix("$") ? "(\(match.output.1) IS NOT NULL)" : "true")
                end = match.range.upperBound
            }
            pieces.append(String(sql[end...]))
        }

        /// The text without some of its predicates.
        func without(_ isOut: (Int) -> Bool) -> String {
            var text = pieces[0]
            for number in predicates.indices {
                text += isOut(number) ? replacements[number] : texts[number]
                text += pieces[number + 1]
            }
            return text
        }
    }
}
