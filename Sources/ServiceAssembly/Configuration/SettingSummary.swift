/// A setting as the documentation shows it.
package struct SettingSummary: Sendable, Hashable {
    /// The key in the settings file.
    package let key: String

    /// The environment variable.
    package let environmentName: String

    /// What the operator has to write.
    package let typeName: String

    /// The value when nothing is set, if there is one.
    package let defaultText: String?

    /// What values are allowed, if not all.
    package let range: String?

    /// Whether it is kept out of logs, and can be read from a file named by a second key.
    package let isSecret: Bool

    /// What it sets.
    package let summary: String

    /// Its row in the table of docs/configuration.md.
    package var markdown: String {
        let type = ([typeName, range].compactMap(\.self) + (isSecret ? ["secret"] : [])).joined(separator: "; ")
        return "| `\(key)` | `\(environmentName)` | \(type) | \(defaultText.map { "`\($0)`" } ?? "none") | \(summary) |"
    }
}

extension Setting {
    /// The setting as the documentation shows it.
    package var summaryRow: SettingSummary {
        SettingSummary(
            key: key,
            environmentName: SettingKey.environmentName(of: key),
            typeName: Value.typeName,
            defaultText: defaultValue?.settingText,
            range: range,
            isSecret: Value.isSecret,
            summary: summary
        )
    }
}
