internal import MemoryModel
internal import PostgresDriver
internal import Synchronization

/// One transaction of a principal; its nouns are in the files beside this one.
///
/// Every statement names the workspace, as a second guard and for the planner; audiences are left to the policies.
final class PostgresMemoryTransaction: MemoryTransaction {
    let principal: Principal
    let now: Timestamp
    let isReadOnly: Bool
    let epoch: String
    let identifiers: IdentifierGenerator
    let quotas: QuotaTable?
    let connection: PostgresTransaction
    let pending = Mutex(PendingWrites())

    init(
        connection: PostgresTransaction,
        principal: Principal,
        now: Timestamp,
        isReadOnly: Bool,
        epoch: String,
        identifiers: IdentifierGenerator,
        quotas: QuotaTable?
    ) {
        self.connection = connection
        self.principal = principal
        self.now = now
        self.isReadOnly = isReadOnly
        self.epoch = epoch
        self.identifiers = identifiers
        self.quotas = quotas
    }

    /// The tenant, as every statement binds it.
    var workspaceID: Identifier<Workspace> { principal.workspaceID }

    /// Whose idempotency keys these are.
    var caller: String { PrincipalSettings(principal).caller }

    /// Refuses a viewer before the policies would, with a clear answer.
    func requireWriter() throws(StoreError) {
        if principal.role == .viewer { throw StoreError(.forbidden, "a viewer may not write") }
    }

    /// Refuses who is no admin before the policies would, with a clear answer.
    func requireAdmin() throws(StoreError) {
        if principal.role != .admin { throw StoreError(.forbidden, "only an admin may do this") }
    }

    // MARK: Statements

    func query(_ query: PostgresQuery) async throws(StoreError) -> PostgresRows {
        do throws(PostgresError) {
            return try await connection.query(query)
        } catch {
            throw StoreError(error)
        }
    }

    @discardableResult
    func pipeline(_ queries: [PostgresQuery]) async throws(StoreError) -> [PostgresRows] {
        do throws(PostgresError) {
            return try await connection.pipeline(queries)
        } catch {
            throw StoreError(error)
        }
    }

    /// Runs a statement and returns how many rows it wrote.
    @discardableResult
    func execute(_ query: PostgresQuery) async throws(StoreError) -> Int {
        try await self.query(query).affectedRows
    }

    /// Runs a statement that must write one row; none is "not found".
    func executeOne(_ query: PostgresQuery, field: String) async throws(StoreError) {
        guard try await execute(query) > 0 else { throw .missing(field) }
    }

    /// Reads rows.
    func read<Row>(
        _ query: PostgresQuery,
        _ decode: (PostgresRow) throws(PostgresError) -> Row
    ) async throws(StoreError) -> [Row] {
        try await self.query(query).readAll(decode)
    }

    /// Reads the one row of an id; none is "not found".
    func readOne<Row>(
        _ query: PostgresQuery,
        field: String,
        _ decode: (PostgresRow) throws(PostgresError) -> Row
    ) async throws(StoreError) -> Row {
        guard let row = try await self.query(query).first else { throw .missing(field) }
        return try mappingErrors { () throws(PostgresError) in try decode(row) }
    }
}

extension PostgresRows {
    /// The values of the first column.
    func firstColumn<Value: PostgresDecodable>(_ type: Value.Type) throws(StoreError) -> [Value] {
        try readAll { row throws(PostgresError) in try row.decode(column: 0) }
    }

    /// Decodes every row.
    func readAll<Row>(_ decode: (PostgresRow) throws(PostgresError) -> Row) throws(StoreError) -> [Row] {
        var rows: [Row] = []
        rows.reserveCapacity(count)
        for row in self {
            rows.append(try mappingErrors { () throws(PostgresError) in try decode(row) })
        }
        return rows
    }
}

extension StoreError {
    /// The row of that noun is not there, or not the caller's.
    static func missing(_ field: String) -> StoreError {
        StoreError(.notFound, "not found", field: field)
    }
}
