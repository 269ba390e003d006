package import Configuration
internal import Foundation

/// Where settings come from: command line, then environment, then the settings file, then defaults.
package struct ConfigurationSources: Sendable {
    /// The settings file in the data directory.
    package static let fileName = "mneme.json"

    /// Reads settings from all sources.
    package let reader: ConfigReader

    /// Variables that look like settings and are none: most likely misspelt.
    package let unknownVariables: [String]

    /// Opens the sources.
    ///
    /// - Parameters:
    ///   - arguments: Values from the command line, by key.
    ///   - environment: The process's environment.
    /// - Throws: ``ConfigurationError`` when the settings file is damaged or holds an unknown key.
    package init(arguments: [String: String], environment: [String: String]) async throws(ConfigurationError) {
        var environment = environment
        if environment["MNEME_DATABASE_URL"] == nil { environment["MNEME_DATABASE_URL"] = environment["DATABASE_URL"] }
        let flags = Dictionary(
            uniqueKeysWithValues: arguments.map { (SettingKey.environmentName(of: $0.key), $0.value) }
        )
        let providers: [any ConfigProvider] = [
            EnvironmentVariablesProvider(environmentVariables: flags).prefixKeys(with: "mneme"),
            EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "mneme"),
        ]
        let directory = try await ServiceConfiguration.readDataDirectory(ConfigReader(providers: providers))
        let path = directory.file(Self.fileName)
        if FileManager.default.fileExists(atPath: path) {
            try Self.checkKeys(ofFile: path)
            let location = ConfigReader(
                provider: InMemoryProvider(values: ["filePath": .init(.string(path), isSecret: false)])
            )
            do {
                reader = ConfigReader(providers: providers + [try await FileProvider<JSONSnapshot>(config: location)])
            } catch {
                throw ConfigurationError(code: .unreadableFile, key: path, expected: "it is no JSON object of settings")
            }
        } else {
            reader = ConfigReader(providers: providers)
        }
        unknownVariables = Self.unknownVariables(in: environment)
    }

    /// Variables with our prefix that are no settings, but are read elsewhere.
    private static let otherVariables: Set<String> = [
        "MNEME_API_KEY", "MNEME_URL", "MNEME_TEST_DATABASE_URL", "MNEME_WARNINGS_AS_ERRORS",
    ]

    private static func unknownVariables(in environment: [String: String]) -> [String] {
        let known = Set(allKeys.map { SettingKey.environmentName(of: $0) }).union(otherVariables)
        return environment.keys.filter { $0.hasPrefix("MNEME_") && !known.contains($0) }.sorted()
    }

    private static let allKeys: [String] = ServiceConfiguration.settings.flatMap { setting in
        setting.isSecret ? [setting.key, setting.key + "File"] : [setting.key]
    }

    private static func checkKeys(ofFile path: String) throws(ConfigurationError) {
        let data = FileManager.default.contents(atPath: path)
        guard let data, let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw ConfigurationError(code: .unreadableFile, key: path, expected: "it is no JSON object of settings")
        }
        let known = Set(allKeys)
        if let unknown = keys(of: object, below: "").sorted().first(where: { !known.contains($0) }) {
            throw ConfigurationError(code: .unreadableFile, key: path, expected: "there is no setting \(unknown)")
        }
    }

    private static func keys(of object: [String: Any], below prefix: String) -> [String] {
        object.flatMap { name, value in
            (value as? [String: Any]).map { keys(of: $0, below: "\(prefix)\(name).") } ?? [prefix + name]
        }
    }
}
