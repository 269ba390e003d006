package import Configuration
internal import Foundation
package import MemoryModel

/// A secret is set itself, or by a second key, with `File` at its end, that names a file holding it.
extension Secret: SettingValue {
    package static var typeName: String { "a text" }

    package static var isSecret: Bool { true }

    package static func fetch(_ config: ConfigReader, _ key: ConfigKey) async throws -> Secret? {
        let name = key.components.joined(separator: ".")
        let direct = try await config.fetchString(forKey: key, isSecret: true).flatMap { $0.isEmpty ? nil : $0 }
        guard let path = try await String.fetch(config, ConfigKey("\(name)File")) else {
            return direct.map { Secret(text: $0) }
        }
        guard direct == nil else {
            throw ConfigurationError(code: .conflict, key: name, expected: "set either this or \(name)File, not both")
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError(
                code: .unreadableFile,
                key: path,
                expected: "\(name)File names it, and it is missing or not open to this user"
            )
        }
        return Secret(text: String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }

    package var settingText: String { description }
}
