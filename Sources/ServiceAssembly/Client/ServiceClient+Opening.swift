internal import MemoryModel

extension ServiceClient {
    /// The client of the service that the settings name, with the key of MNEME_API_KEY or of the data directory.
    ///
    /// A key of the environment goes to the host and port of the settings, or to MNEME_URL where that is set; the key
    /// of the data directory goes to the URL beside it and nowhere else.
    /// - Throws: ``ServiceClientError``, `DataDirectoryError`.
    package static func open(
        _ configuration: ServiceConfiguration,
        environment: [String: String],
        patience: Duration = .seconds(10)
    ) throws -> ServiceClient {
        if let key = environment["MNEME_API_KEY"], !key.isEmpty {
            let local = "http://\(configuration.http.reachableHost):\(configuration.http.port)"
            return try ServiceClient(url: environment["MNEME_URL"] ?? local, key: Secret(text: key), patience: patience)
        }
        guard let credentials = try Credentials.read(in: configuration.dataDirectory) else {
            throw ServiceClientError(
                .noCredentials,
                "no API key: set MNEME_API_KEY, or name the data directory of a service with --data-dir "
                    + "(\(configuration.dataDirectory.path) has none)"
            )
        }
        return try ServiceClient(credentials: credentials, patience: patience)
    }
}

extension ServiceClient {
    /// The client of the service that a credentials file belongs to.
    package init(credentials: Credentials, patience: Duration = .seconds(10)) throws(ServiceClientError) {
        try self.init(url: credentials.url, key: Secret(text: credentials.apiKey), patience: patience)
    }
}
