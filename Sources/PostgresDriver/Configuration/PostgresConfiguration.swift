/// How one connection is opened and kept.
public struct PostgresConfiguration: Sendable {
    /// A libpq connection string or URI (PostgreSQL documentation, section 34.1.1).
    ///
    /// It may hold a password: never log it.
    public var connectionString: String
    /// The database, where it is another than the connection string's.
    public var database: String?
    /// The role, where it is another than the connection string's.
    public var user: String?
    /// The role's password, where it is another than the connection string's; never log it.
    public var password: String?
    /// What `pg_stat_activity` shows, unless the connection string says something else.
    public var applicationName: String
    /// How long opening a connection may take, name resolution excluded; also libpq's limit per address.
    public var connectTimeout: Duration = .seconds(10)
    /// How long sent data may stay unacknowledged by the peer before the connection counts as broken.
    ///
    /// TCP only.
    public var tcpUserTimeout: Duration = .seconds(30)
    /// Idle time before the first TCP keepalive.
    public var keepaliveIdle: Duration = .seconds(30)
    /// Time between keepalives.
    public var keepaliveInterval: Duration = .seconds(10)
    /// Unanswered keepalives before the connection counts as broken.
    public var keepaliveCount = 3
    /// Prepared statements kept per connection; 0 sends every statement unnamed (PgBouncer without
    /// `max_prepared_statements`).
    public var preparedStatementLimit = 256
    /// Changes the text of statements before they are sent: how tests show what holds without a part of them.
    package var rewriting: (@Sendable (String) -> String)?
    /// How long a cancelled statement, or a rollback, may take before its connection is closed.
    public var cancellationGrace: Duration = .seconds(5)

    /// The defaults, for a connection string.
    public init(connectionString: String, applicationName: String = "mneme") {
        self.connectionString = connectionString
        self.applicationName = applicationName
    }
}

extension PostgresConfiguration: CustomStringConvertible, CustomDebugStringConvertible {
    /// The application's name only: the connection string may hold a password.
    public var description: String { "PostgresConfiguration(applicationName: \(applicationName))" }

    /// The same as `description`.
    public var debugDescription: String { description }
}
