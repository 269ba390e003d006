import Configuration
import Foundation
import MemoryModel
import ServiceAssembly
import Testing

struct ServiceConfigurationTests {
    /// Reads settings with a data directory of the test's own, which is removed again.
    private static func read(
        arguments: [String: String] = [:],
        environment: [String: String] = [:],
        file: String? = nil
    ) async throws -> ServiceConfiguration {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        if let file { try Data(file.utf8).write(to: folder.appendingPathComponent(ConfigurationSources.fileName)) }
        let environment = environment.merging(["MNEME_DATA_DIR": folder.path]) { given, _ in given }
        let sources = try await ConfigurationSources(arguments: arguments, environment: environment)
        return try await ServiceConfiguration(config: sources.reader)
    }

    @Test func defaultsNeedNothing() async throws {
        let configuration = try await Self.read()
        #expect(configuration.http.host == "127.0.0.1")
        #expect(configuration.http.port == 7_474)
        #expect(configuration.database.url == nil)
        #expect(configuration.database.poolMin == 10)
        #expect(configuration.database.poolMax == 50)
        #expect(configuration.database.poolWait == .seconds(30))
        #expect(configuration.database.workerPoolMax == 8)
        #expect(configuration.database.indexerPoolMax == 4)
        #expect(configuration.embedding.provider == .local)
        #expect(configuration.index.snapshotInterval == .seconds(300))
        #expect(configuration.index.memory == nil)
        #expect(configuration.modelFolder == configuration.dataDirectory.file("models/all-MiniLM-L6-v2"))
    }

    @Test func argumentsWinOverEnvironmentOverFile() async throws {
        let file = #"{"port": 1001, "database": {"poolMax": 21, "poolWait": "5s"}, "log": {"level": "debug"}}"#
        let environment = ["MNEME_PORT": "1002", "MNEME_DATABASE_POOL_MAX": "22"]
        let configuration = try await Self.read(arguments: ["port": "1003"], environment: environment, file: file)
        #expect(configuration.http.port == 1_003)
        #expect(configuration.database.poolMax == 22)
        #expect(configuration.database.poolWait == .seconds(5))
        #expect(configuration.logLevel.settingText == "debug")
    }

    @Test(arguments: [
        ("MNEME_PORT", "seven", "port"), ("MNEME_PORT", "65536", "port"), ("MNEME_PORT", "-1", "port"),
        ("MNEME_DATABASE_POOL_WAIT", "30", "database.poolWait"), ("MNEME_INDEX_MEMORY", "256 MB", "index.memory"),
        ("MNEME_INDEX_MEMORY", "1M", "index.memory"), ("MNEME_INDEX_MEMORY", "-1G", "index.memory"),
        ("MNEME_DATABASE_POOL_WAIT", "0s", "database.poolWait"),
        ("MNEME_DATABASE_POOL_MAX", "5", "database.poolMin"), ("MNEME_EMBEDDING_PROVIDER", "gpt", "embedding.provider"),
        ("MNEME_EMBEDDING_PROVIDER", "openai", "embedding.model"), ("MNEME_LOG_LEVEL", "loud", "log.level"),
        ("MNEME_EMBEDDING_BASE_URL", "ftp://example.org", "embedding.baseURL"),
        ("MNEME_DATABASE_URL", "mysql://localhost", "database.url"),
        ("DATABASE_URL", "mysql://localhost", "database.url"),
    ])
    func aWrongValueIsRefusedByTheNameOfItsKey(variable: String, value: String, key: String) async throws {
        let error = await #expect(throws: ConfigurationError.self) {
            try await Self.read(environment: [variable: value])
        }
        #expect(error?.key == key)
        #expect(error?.description.contains(key) == true)
    }

    @Test func aWrongTypeInTheFileIsRefused() async throws {
        let error = await #expect(throws: ConfigurationError.self) {
            try await Self.read(file: #"{"port": "seven"}"#)
        }
        #expect(error?.key == "port")
    }

    @Test(arguments: [#"{"prot": 1}"#, #"{"database": {"pool": 1}}"#, "[]", "{", ""])
    func aDamagedFileOrAnUnknownKeyInItIsRefused(file: String) async throws {
        let error = await #expect(throws: ConfigurationError.self) { try await Self.read(file: file) }
        #expect(error?.code == .unreadableFile)
    }

    @Test func misspeltVariablesAreFound() async throws {
        let environment = [
            "MNEME_PROT": "1", "MNEME_PORT": "7474", "MNEME_DATABASE_URL_FILE": "/x", "MNEME_API_KEY": "k",
        ]
        let sources = try await ConfigurationSources(arguments: [:], environment: environment)
        #expect(sources.unknownVariables == ["MNEME_PROT"])
    }

    @Test func theUsualVariableNamesTheDatabaseToo() async throws {
        let configuration = try await Self.read(environment: ["DATABASE_URL": "postgresql://db/mneme"])
        #expect(configuration.database.url == Secret(text: "postgresql://db/mneme"))
        let both = ["DATABASE_URL": "postgresql://other", "MNEME_DATABASE_URL": "postgresql://db/mneme"]
        #expect(try await Self.read(environment: both).database.url == Secret(text: "postgresql://db/mneme"))
    }

    @Test func aSecretCanComeFromAFile() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try Data("k3y\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let configuration = try await Self.read(environment: ["MNEME_EMBEDDING_API_KEY_FILE": file.path])
        #expect(configuration.embedding.apiKey?.revealed == "k3y")

        let both = ["MNEME_EMBEDDING_API_KEY_FILE": file.path, "MNEME_EMBEDDING_API_KEY": "other"]
        let conflict = await #expect(throws: ConfigurationError.self) { try await Self.read(environment: both) }
        #expect(conflict?.code == .conflict)
        let missing = ["MNEME_EMBEDDING_API_KEY_FILE": "/nonexistent/key"]
        let error = await #expect(throws: ConfigurationError.self) { try await Self.read(environment: missing) }
        #expect(error?.code == .unreadableFile)
    }

    @Test func secretsShowNowhere() async throws {
        let configuration = try await Self.read(environment: [
            "MNEME_EMBEDDING_API_KEY": "canary-1", "MNEME_DATABASE_URL": "postgresql://u:canary-2@db/mneme",
        ])
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in [String(describing: configuration), String(reflecting: configuration), dumped] {
            #expect(!text.contains("canary"))
        }
    }

    @Test func effectiveSettingsNameEachKeyOnceAndMaskSecrets() async throws {
        let environment = [
            "MNEME_EMBEDDING_API_KEY": "canary-1", "MNEME_DATABASE_URL": "postgresql://u:canary-2@db/mneme",
            "MNEME_SECRET": "canary-3", "MNEME_PORT": "8080", "MNEME_DATA_DIR": "/nonexistent",
        ]
        let sources = try await ConfigurationSources(arguments: [:], environment: environment)
        let effective = try await ServiceConfiguration.effectiveSettings(sources.reader)
        #expect(effective.map(\.key) == ServiceConfiguration.settings.map(\.key))
        #expect(effective.first { $0.key == "port" } == EffectiveSetting(key: "port", text: "8080", isDefault: false))
        #expect(effective.first { $0.key == "host" }?.isDefault == true)
        for key in ["secret", "database.url", "embedding.apiKey"] {
            #expect(effective.first { $0.key == key }?.text == Secret.mask)
        }
        let written = String(decoding: try JSONEncoder().encode(effective), as: UTF8.self)
        for text in ["\(effective)", written] { #expect(!text.contains("canary")) }
    }

    @Test(arguments: ["1ms", "999ms", "1s", "90s", "5m", "2h", "0s"])
    func durationsSurviveBeingWritten(text: String) throws {
        let duration = try #require(Duration(settingText: text))
        #expect(Duration(settingText: duration.settingText) == duration)
    }

    @Test(arguments: ["", "5", "s", "5 s", "-5s", "5d", "1.5s", "99999999999h", "٣s"])
    func otherDurationsAreRefused(text: String) {
        #expect(Duration(settingText: text) == nil)
    }

    @Test func everySettingIsDocumented() throws {
        let document = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../docs/configuration.md").standardizedFileURL
        let lines = try String(contentsOf: document, encoding: .utf8).split(separator: "\n")
        let rows = lines.filter { $0.hasPrefix("| `") }.map(String.init)
        #expect(rows == ServiceConfiguration.settings.map(\.markdown))
    }
}
