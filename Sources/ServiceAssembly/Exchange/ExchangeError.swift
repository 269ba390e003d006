/// Why a file cannot be imported, or a workspace exported.
///
/// The description names the line and the field; it holds no texts of the file but ids and names of fields.
package struct ExchangeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// The file cannot be opened, read or written.
        case file
        /// A line is not a JSON object of the format.
        case line
        /// A field of a line breaks a rule.
        case field
        /// The service refused what a line says.
        case refused
    }

    /// What went wrong.
    package let code: Code
    /// The file.
    package let file: String
    /// The line, from 1; nil where it is about the whole file.
    package let line: Int?
    /// The field, such as `scope.id`; nil where it is about the whole line.
    package let field: String?
    /// What is wrong, to be read after line and field.
    package let detail: String

    package init(_ code: Code, file: String, line: Int? = nil, field: String? = nil, _ detail: String) {
        self.code = code
        self.file = file
        self.line = line
        self.field = field
        self.detail = detail
    }

    package var description: String {
        let place = line.map { "\(file), line \($0)" } ?? file
        return field.map { "\(place): \($0) \(detail)" } ?? "\(place): \(detail)"
    }
}
