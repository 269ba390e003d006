import PostgresDriver
import Testing

struct PostgresErrorTests {
    private let refused = PostgresError(
        server: PostgresServerError(
            sqlState: .uniqueViolation,
            severity: "ERROR",
            constraint: "agents_name_key",
            table: "agents",
            message: "duplicate key value violates unique constraint",
            detail: "Key (name)=(secret) already exists."
        )
    )

    @Test func descriptionHoldsCodesAndNamesButNoValues() {
        #expect(
            refused.description
                == "server_23: the server refused a statement (ERROR 23505 table=agents constraint=agents_name_key)"
        )
        #expect(!"\(refused)".contains("secret"))
        #expect(refused.debugDescription.contains("secret"))
    }

    @Test func codesAreThereToDecideOn() {
        #expect(refused.code == .server(.uniqueViolation))
        #expect(refused.sqlState == .uniqueViolation)
        #expect(refused.constraint == "agents_name_key")
        #expect(!refused.isSafeToRetry)
        #expect(
            PostgresError(server: PostgresServerError(sqlState: .deadlockDetected, severity: "ERROR")).isSafeToRetry
        )
        #expect(!PostgresError(.commitOutcomeUnknown, "").isSafeToRetry)
    }

    @Test func configurationNeverShowsItsConnectionString() {
        let configuration = PostgresConfiguration(connectionString: "postgres://u:hunter2@h/d")
        #expect(!"\(configuration) \(String(reflecting: configuration))".contains("hunter2"))
    }
}
