internal import Foundation
package import Logging
internal import MemoryModel
package import PostgresDriver
package import PostgresStorage

/// How the service's processes reach their database: an address per login, and the administrator's where it is known.
package struct DatabaseAccess: Sendable {
    /// The administrator's address; nil where only the logins' were given.
    package let admin: DatabaseAddress?
    /// The database's name.
    package let database: String
    /// Passwords that preparing the database sets.
    let passwords: [DatabaseLogin: String]
    private let logins: [DatabaseLogin: DatabaseAddress]
    private let settings: DatabaseSettings

    /// Finds the database that the settings name, or else the embedded one.
    ///
    /// - Parameters:
    ///   - configuration: The settings.
    ///   - embedded: The embedded cluster, where it is used.
    ///   - secrets: Where passwords come from that nobody has set.
    /// - Throws: ``ConfigurationError`` where an address is missing.
    package init(
        configuration: ServiceConfiguration,
        embedded: EmbeddedPostgres?,
        secrets: ServiceSecrets
    ) throws(ConfigurationError) {
        settings = configuration.database
        let address = configuration.database.url?.revealed ?? embedded?.administratorURL
        admin = address.map { DatabaseAddress($0) }
        database = address.flatMap(Self.databaseName) ?? EmbeddedPostgres.database
        let given: [DatabaseLogin: Secret?] = [
            .app: settings.appURL, .worker: settings.workerURL, .indexer: settings.indexerURL,
        ]
        var logins: [DatabaseLogin: DatabaseAddress] = [:]
        var passwords: [DatabaseLogin: String] = [:]
        for (login, own) in given {
            if let own {
                logins[login] = DatabaseAddress(own.revealed)
            } else if let admin {
                let password = secrets.password(of: login)
                passwords[login] = password
                logins[login] = admin.replacing(database: database, user: login.roleName, password: password)
            } else {
                throw ConfigurationError(
                    code: .missing,
                    key: "database.url",
                    expected: "no database is set and none was started here: run `mneme up`, or set DATABASE_URL"
                )
            }
        }
        self.logins = logins
        self.passwords = passwords
    }

    /// The address of a login.
    package func address(of login: DatabaseLogin) throws(ConfigurationError) -> DatabaseAddress {
        guard let address = logins[login] else {
            throw ConfigurationError(code: .missing, key: "database.url", expected: "the address of \(login.roleName)")
        }
        return address
    }

    /// Opens a pool of connections of a login.
    package func pool(of login: DatabaseLogin, logger: Logger) throws -> PostgresPool {
        let connection = PostgresConfiguration(
            connectionString: try address(of: login).connectionString,
            applicationName: "mneme \(login.rawValue.dropFirst("mneme_".count))"
        )
        var pool = PostgresPoolConfiguration(connection: connection)
        pool.maximumWait = settings.poolWait
        switch login {
        case .app:
            pool.minimumConnections = settings.poolMin
            pool.maximumConnections = settings.poolMax
        case .worker:
            pool.minimumConnections = min(2, settings.workerPoolMax)
            pool.maximumConnections = settings.workerPoolMax
        case .indexer:
            pool.minimumConnections = min(1, settings.indexerPoolMax)
            pool.maximumConnections = settings.indexerPoolMax
        }
        return try PostgresPool(configuration: pool, logger: logger)
    }

    /// Connections of all pools together.
    var connectionTotal: Int { settings.poolMax + settings.workerPoolMax + settings.indexerPoolMax }

    /// Environment variables that give child processes the same addresses, without the administrator's.
    package func childEnvironment() -> [String: String] {
        let keys: [(DatabaseLogin, String)] = [
            (.app, "database.appURL"), (.worker, "database.workerURL"), (.indexer, "database.indexerURL"),
        ]
        return Dictionary(
            uniqueKeysWithValues: keys.compactMap { login, key in
                logins[login].map { (SettingKey.environmentName(of: key), $0.connectionString) }
            }
        )
    }

    private static func databaseName(_ url: String) -> String? {
        guard let parts = URLComponents(string: url) else { return nil }
        if let name = parts.queryItems?.last(where: { $0.name == "dbname" })?.value, !name.isEmpty { return name }
        let path = parts.path.drop { $0 == "/" }
        return path.isEmpty ? nil : String(path)
    }
}
