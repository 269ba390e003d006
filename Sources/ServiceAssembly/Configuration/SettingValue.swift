package import Configuration

/// A type that a setting can have.
package protocol SettingValue: Sendable {
    /// What the operator has to write, for messages and docs.
    static var typeName: String { get }

    /// Whether values are kept out of logs and messages.
    static var isSecret: Bool { get }

    /// Reads a value; nil when the key is not set. Throws when it is set to something of another type.
    static func fetch(_ config: ConfigReader, _ key: ConfigKey) async throws -> Self?

    /// The value as the operator would write it.
    var settingText: String { get }
}

extension SettingValue {
    /// Most settings are no secret.
    package static var isSecret: Bool { false }
}

extension Int: SettingValue {
    package static var typeName: String { "a whole number" }

    package static func fetch(_ config: ConfigReader, _ key: ConfigKey) async throws -> Int? {
        try await config.fetchInt(forKey: key)
    }

    package var settingText: String { String(self) }
}

extension Bool: SettingValue {
    package static var typeName: String { "true or false" }

    package static func fetch(_ config: ConfigReader, _ key: ConfigKey) async throws -> Bool? {
        try await config.fetchBool(forKey: key)
    }

    package var settingText: String { String(self) }
}

extension String: SettingValue {
    package static var typeName: String { "a text" }

    /// An empty text counts as not set, since that is how container files unset a variable.
    package static func fetch(_ config: ConfigReader, _ key: ConfigKey) async throws -> String? {
        guard let text = try await config.fetchString(forKey: key), !text.isEmpty else { return nil }
        return text
    }

    package var settingText: String { self }
}

extension Duration: SettingValue {
    package static var typeName: String { "a duration such as 500ms, 30s, 5m or 2h" }

    package static func fetch(_ config: ConfigReader, _ key: ConfigKey) async throws -> Duration? {
        guard let text = try await String.fetch(config, key) else { return nil }
        guard let duration = Duration(settingText: text) else { throw SettingSyntaxError() }
        return duration
    }

    package var settingText: String {
        let (seconds, fraction) = components
        let milliseconds = fraction / 1_000_000_000_000_000
        if milliseconds != 0 { return "\(seconds * 1_000 + milliseconds)ms" }
        if seconds % 3_600 == 0, seconds != 0 { return "\(seconds / 3_600)h" }
        if seconds % 60 == 0, seconds != 0 { return "\(seconds / 60)m" }
        return "\(seconds)s"
    }

    /// Reads a whole number and a unit.
    package init?(settingText text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        // Nine digits of hours stay far from overflow.
        guard let number = Int64(digits), digits.count <= 9 else { return nil }
        switch text[digits.endIndex...] {
        case "ms": self = .milliseconds(number)
        case "s": self = .seconds(number)
        case "m": self = .seconds(number * 60)
        case "h": self = .seconds(number * 3_600)
        default: return nil
        }
    }
}

/// A value that is none of its type.
struct SettingSyntaxError: Error {}

/// A setting that is one of a few words.
package protocol SettingChoice: SettingValue, RawRepresentable<String>, CaseIterable {}

extension SettingChoice {
    package static var typeName: String {
        "one of \(allCases.map { "`\($0.rawValue)`" }.joined(separator: ", "))"
    }

    package static func fetch(_ config: ConfigReader, _ key: ConfigKey) async throws -> Self? {
        guard let text = try await String.fetch(config, key) else { return nil }
        guard let choice = Self(rawValue: text) else { throw SettingSyntaxError() }
        return choice
    }

    package var settingText: String { rawValue }
}
