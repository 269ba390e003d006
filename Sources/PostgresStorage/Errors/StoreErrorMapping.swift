internal import MemoryModel
internal import PostgresDriver

extension StoreError {
    /// What a failure of the driver means to a caller of the stores; decided by codes and constraint names alone.
    init(_ error: PostgresError) {
        switch error.code {
        case .server(let state): self.init(state, error)
        case .connectionFailed, .connectionLost, .poolClosed:
            self.init(.unavailable, "the database cannot be reached")
        case .poolExhausted:
            self.init(.overloaded, "no database connection became free in time")
        case .cancelled:
            self.init(.cancelled, "the caller went away")
        case .deadlineExceeded:
            self.init(.deadlineExceeded, "the deadline passed")
        case .commitOutcomeUnknown:
            self.init(.outcomeUnknown, "the answer to COMMIT was lost")
        case .transactionAborted:
            self.init(.internal, "a statement had failed, and the transaction went on")
        default:
            self.init(.internal, error.description)
        }
    }

    private init(_ state: SQLState, _ error: PostgresError) {
        let table = error.server?.table
        switch (state, state.conditionClass) {
        case (.uniqueViolation, _):
            self.init(.alreadyExists, "it is there already", field: error.constraint.flatMap(Self.uniqueField) ?? table)
        case (.foreignKeyViolation, _):
            self.init(.notFound, "what it belongs to is not there", field: error.constraint.flatMap(Self.foreignField))
        case (.feedConflict, _):
            self.init(.conflict, "the collection is gone", field: "collection")
        case (.quotaExceeded, _):
            self.init(.quotaExceeded, "the workspace's tier allows no more", field: error.constraint)
        case (.insufficientPrivilege, _):
            self.init(.forbidden, "the principal may not write this", field: table)
        case (.queryCanceled, _):
            self.init(.deadlineExceeded, "the statement took too long")
        case (.serializationFailure, _), (.deadlockDetected, _), (.lockNotAvailable, _), (.tooManyConnections, _),
            (.outOfMemory, _):
            self.init(.overloaded, "the database is busy")
        case (.diskFull, _):
            self.init(.storageFull, "the database's disk is full")
        case (.checkViolation, _), (.notNullViolation, _):
            self.init(.invalid, "a value breaks a rule", field: error.server?.column ?? error.constraint)
        // 22: data exceptions. 54: a text too long for its words or its index. 42704: no such language.
        case (_, "22"), (_, "54"), (.undefinedObject, _):
            self.init(.invalid, "a value is not valid", field: error.server?.column)
        // 42P01, 42703, 42883, 3F000: tables, columns, functions or the schema are missing.
        case (.undefinedTable, _), (.undefinedColumn, _), (.undefinedFunction, _), (_, "3F"):
            self.init(.schemaMismatch, "the schema is not the one this binary needs")
        // 08: connection. 57: shut down or starting. 3D: no such database. 28: refused.
        case (_, "08"), (_, "57"), (_, "3D"), (_, "28"):
            self.init(.unavailable, "the database cannot be reached")
        default:
            self.init(.internal, error.description)
        }
    }

    private static func uniqueField(_ constraint: String) -> String? {
        switch constraint {
        case "users_email_key": "email"
        case "users_external_key": "external_id"
        case "agents_name_key": "name"
        default: nil
        }
    }

    private static func foreignField(_ constraint: String) -> String? {
        switch constraint {
        case "agents_owner_fkey", "audiences_owner_fkey": "owner"
        case "api_keys_user_fkey", "audience_members_user_fkey", "collections_user_fkey": "user"
        case "api_keys_agent_fkey", "audience_members_agent_fkey", "collections_agent_fkey": "agent"
        case "messages_reply_fkey": "reply_to"
        case "messages_fork_fkey", "forks_parent_fkey": "fork"
        default: nil
        }
    }
}

extension SQLState {
    /// MN001: raised by `mneme.write_feed` where a collection is gone.
    static let feedConflict = SQLState(rawValue: "MN001")
    /// MN002: raised by `mneme.write_counts`, with the quota's name as constraint.
    static let quotaExceeded = SQLState(rawValue: "MN002")
    /// 42703: no such column.
    static let undefinedColumn = SQLState(rawValue: "42703")
    /// 42704: no such object, a text-search configuration for example.
    static let undefinedObject = SQLState(rawValue: "42704")
    /// 42883: no such function.
    static let undefinedFunction = SQLState(rawValue: "42883")
}

/// Runs work of the driver, and throws what it throws as a ``StoreError``.
func mappingErrors<Value>(_ work: () throws(PostgresError) -> Value) throws(StoreError) -> Value {
    do throws(PostgresError) {
        return try work()
    } catch {
        throw StoreError(error)
    }
}

/// What any error that came out of a transaction is to a caller: the caller's own, or a mapped one of the driver.
func mapped(_ error: any Error) -> any Error {
    (error as? PostgresError).map { StoreError($0) } ?? error
}
