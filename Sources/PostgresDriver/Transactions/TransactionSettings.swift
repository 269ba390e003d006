/// How a transaction runs: isolation, access, time limit, and settings that hold until its end.
public struct TransactionSettings: Hashable, Sendable {
    /// What a transaction sees of others (PostgreSQL documentation, section 13.2).
    public enum Isolation: String, Hashable, Sendable {
        /// Each statement sees what was committed before it.
        case readCommitted = "READ COMMITTED"
        /// All statements see one snapshot.
        case repeatableRead = "REPEATABLE READ"
        /// As if transactions ran one after the other; may fail with 40001.
        case serializable = "SERIALIZABLE"
    }

    /// Whether a transaction may write.
    public enum Access: String, Hashable, Sendable {
        /// Reads and writes.
        case readWrite = "READ WRITE"
        /// Only reads.
        case readOnly = "READ ONLY"
    }

    /// A setting for the rest of the transaction, as `SET LOCAL` makes it; name and value are sent as parameters.
    public struct LocalSetting: Hashable, Sendable {
        /// For example `app.workspace_id`.
        public var name: String
        /// The value as text.
        public var value: String

        /// A setting and its value.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What the transaction sees of others.
    public var isolation: Isolation
    /// Whether it may write.
    public var access: Access
    /// The server's limit for each statement, whole milliseconds; `nil` leaves the server's default.
    public var statementTimeout: Duration?
    /// Settings that end with the transaction.
    public var localSettings: [LocalSetting]

    /// Read committed, read and write, no settings, unless told otherwise.
    public init(
        isolation: Isolation = .readCommitted,
        access: Access = .readWrite,
        statementTimeout: Duration? = nil,
        localSettings: [LocalSetting] = []
    ) {
        self.isolation = isolation
        self.access = access
        self.statementTimeout = statementTimeout
        self.localSettings = localSettings
    }
}

extension TransactionSettings {
    /// What is sent ahead of the first statement: BEGIN and one `set_config` for all settings.
    package var opening: [PostgresQuery] {
        let begin = PostgresQuery(unescaped: "BEGIN ISOLATION LEVEL \(isolation.rawValue) \(access.rawValue)")
        var settings = localSettings
        if let statementTimeout {
            let milliseconds = max(1, statementTimeout.wholeMilliseconds)
            settings.append(LocalSetting(name: "statement_timeout", value: "\(milliseconds)"))
        }
        guard !settings.isEmpty else { return [begin] }
        let calls = settings.map { "set_config(\($0.name), \($0.value), true)" as PostgresQuery }
        return [begin, "SELECT " + calls.joined(separator: ", ")]
    }
}

extension Duration {
    /// Milliseconds, rounded up, within the range of `Int32`.
    package var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds < 2_000_000 else { return 2_000_000_000 }
        return Int(seconds) * 1_000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
