internal import MemoryModel
internal import PostgresDriver

/// Why a database cannot be prepared or used: told to the operator at start, in words to act on.
///
/// Safe to log: it names roles, databases and versions, never a password.
public struct DatabaseSetupError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure, as callers act on them.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The server is older than the oldest that is supported.
        case serverTooOld
        /// The database's encoding is not UTF-8.
        case wrongEncoding
        /// The login is a superuser, may bypass row-level security, owns or may become what it must not.
        case tooPrivileged
        /// The login is another role than it should be.
        case wrongRole
        /// The pools together want more connections than the server gives.
        case tooFewConnections
        /// Migrations of this binary are not applied yet.
        case schemaBehind
        /// The database has migrations that this binary does not know.
        case schemaAhead
        /// An applied migration is not the one this binary has under its number.
        case checksumMismatch
        /// The connection or a statement failed.
        case databaseFailure
    }

    /// The kind of failure.
    public let code: Code
    /// One sentence that says what is wrong and what helps.
    public let message: String

    /// Makes an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: PostgresError) {
        self.init(.databaseFailure, error.diagnostics ?? error.description)
    }

    /// Safe to log.
    public var description: String { "database setup \(code.rawValue): \(message)" }

    /// Runs work of the driver, and throws what it throws as this error.
    static func mapping<Value>(
        isolation: isolated (any Actor)? = #isolation,
        _ work: () async throws -> Value
    ) async throws(DatabaseSetupError) -> Value {
        do {
            return try await work()
        } catch let error as DatabaseSetupError {
            throw error
        } catch let error as StoreError {
            throw DatabaseSetupError(.databaseFailure, error.description)
        } catch let error as PostgresError {
            throw DatabaseSetupError(error)
        } catch {
            throw DatabaseSetupError(.databaseFailure, "an unexpected error")
        }
    }
}
