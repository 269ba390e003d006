/// One SQL statement with its parameters.
///
/// Written as a string literal; `\(value)` becomes a parameter, never text:
///
/// ```swift
/// try await transaction.query("SELECT name FROM agents WHERE workspace_id = \(workspace) AND id = \(agent)")
/// ```
///
/// Raw text enters only through `\(unescaped:)`, so that every such place can be searched for. Pieces are put
/// together with `\(fragment:)`, which renumbers parameters.
public struct PostgresQuery: Sendable, ExpressibleByStringInterpolation {
    // Text around the parameters: always one more than there are parameters.
    package private(set) var literals: [String]
    package private(set) var binds: PostgresBinds

    /// A statement without parameters.
    public init(stringLiteral text: String) {
        literals = [text]
        binds = PostgresBinds()
    }

    /// A statement with parameters.
    public init(stringInterpolation: StringInterpolation) {
        literals = stringInterpolation.literals
        binds = stringInterpolation.binds
    }

    /// A statement from text made at run time.
    ///
    /// The text must not hold anything a user wrote.
    public init(unescaped text: String) {
        literals = [text]
        binds = PostgresBinds()
    }

    /// The text as it is sent, with `$1`, `$2`, … for the parameters.
    public var sql: String {
        if literals.count == 1 { return literals[0] }
        var text = literals[0]
        for index in 1..<literals.count {
            text += "$\(index)"
            text += literals[index]
        }
        return text
    }

    /// How many parameters the statement has.
    public var parameterCount: Int { binds.count }

    /// Adds another piece at the end.
    public mutating func append(_ fragment: PostgresQuery) {
        literals[literals.count - 1] += fragment.literals[0]
        literals += fragment.literals.dropFirst()
        binds.append(fragment.binds)
    }

    /// Two pieces, one after the other.
    public static func + (left: PostgresQuery, right: PostgresQuery) -> PostgresQuery {
        var query = left
        query.append(right)
        return query
    }

    /// Collects the text and the parameters of a literal.
    public struct StringInterpolation: StringInterpolationProtocol, Sendable {
        fileprivate var literals: [String] = [""]
        fileprivate var binds = PostgresBinds()

        /// An empty statement.
        public init(literalCapacity: Int, interpolationCount: Int) {
            literals.reserveCapacity(interpolationCount + 1)
        }

        /// Adds text of the literal.
        public mutating func appendLiteral(_ literal: String) {
            literals[literals.count - 1] += literal
        }

        /// Binds a value.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value) {
            binds.append(value)
            literals.append("")
        }

        /// Binds a value; `nil` is NULL of the value's type.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
            binds.append(value)
            literals.append("")
        }

        /// Adds text as it is.
        ///
        /// The text must not hold anything a user wrote.
        public mutating func appendInterpolation(unescaped text: String) {
            literals[literals.count - 1] += text
        }

        /// Adds another piece with its parameters.
        public mutating func appendInterpolation(fragment: PostgresQuery) {
            literals[literals.count - 1] += fragment.literals[0]
            literals += fragment.literals.dropFirst()
            binds.append(fragment.binds)
        }
    }
}

extension Sequence<PostgresQuery> {
    /// All pieces, with a separator between each two: `conditions.joined(separator: " AND ")`.
    public func joined(separator: PostgresQuery) -> PostgresQuery {
        var query: PostgresQuery = ""
        for (index, fragment) in enumerated() {
            if index > 0 { query.append(separator) }
            query.append(fragment)
        }
        return query
    }
}

extension PostgresQuery: CustomStringConvertible {
    /// The text, without the parameters' values.
    public var description: String { sql }
}
