/// A failure of the lexical search library.
///
/// The description names the place and the kind of failure and never holds indexed text, so it is safe to log.
public struct LexicalSearchError: Error, Equatable, CustomStringConvertible {
    /// What went wrong, for decisions in code.
    public enum Code: String, Sendable {
        /// Stored bytes are not a valid term vector or index.
        case damagedBytes
        /// Stored bytes have a format version that this build does not read.
        case unsupportedFormat
        /// The asked analyzer version does not exist in this build.
        case unsupportedAnalyzer
        /// libstemmer has no stemmer for the language, or memory for one ran out.
        case stemmerUnavailable
    }

    /// What went wrong.
    public let code: Code

    /// Where it went wrong, in words for an operator.
    public let message: String

    /// The code and the place; safe to log.
    public var description: String { "\(code.rawValue): \(message)" }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
