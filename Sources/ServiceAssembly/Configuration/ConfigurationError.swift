/// A setting that cannot be used.
///
/// The description names the key as the operator writes it, and never holds a secret's value.
package struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    package enum Code: Sendable, Hashable {
        /// The value is not of the setting's type, or out of its range.
        case invalidValue
        /// A setting that others require is missing.
        case missing
        /// Two settings exclude each other.
        case conflict
        /// The settings file, or a file that a setting names, cannot be read.
        case unreadableFile
    }

    /// What is wrong.
    package let code: Code

    /// The key, or the path of the file.
    package let key: String

    /// What would be right, in a few words.
    package let expected: String

    package var description: String {
        switch code {
        case .invalidValue: "setting \(named): expected \(expected)"
        case .missing: "setting \(named) is missing: \(expected)"
        case .conflict: "setting \(named): \(expected)"
        case .unreadableFile: "cannot read \(key): \(expected)"
        }
    }

    private var named: String { "\(key) (\(SettingKey.environmentName(of: key)))" }
}
