/// How a command that is no child of `mneme up` reaches the database.
package enum LocalDatabase {
    /// The database of the settings, or the embedded one of the data directory, which `mneme up` must be running.
    ///
    /// - Throws: ``ConfigurationError`` where there is neither.
    package static func access(
        configuration: ServiceConfiguration,
        environment: [String: String]
    ) async throws -> (access: DatabaseAccess, secrets: ServiceSecrets) {
        let directory = configuration.dataDirectory
        var embedded: EmbeddedPostgres?
        let isGiven = configuration.database.url != nil || configuration.database.appURL != nil
        if !isGiven, try PrivateFile.read(directory.file("postgres.password")) != nil {
            embedded = try await EmbeddedPostgres.open(in: directory, environment: environment) { _ in }
        }
        if isGiven { try directory.create() }
        let secrets = try ServiceSecrets.open(in: directory, setting: configuration.secret)
        return (try DatabaseAccess(configuration: configuration, embedded: embedded, secrets: secrets), secrets)
    }
}
