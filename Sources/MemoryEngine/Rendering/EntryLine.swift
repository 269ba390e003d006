internal import MemoryModel

/// An entry as lines: a short prefix (number, origin, date) and the content, made harmless.
///
/// The number is the entry's place in its section, so that a model can cite it in a token or two; the pack's candidates
/// come in the same order with their ids. No other line of a section begins with a digit.
struct EntryLine: Sendable {
    let format: ContextFormat

    /// The lines of one entry, with a line end.
    ///
    /// - Parameters:
    ///   - entry: The entry.
    ///   - number: Its place in the section, from 1.
    ///   - letters: The origin's letters in the section's legend.
    /// - Returns: The lines.
    func text(of entry: PackEntry, number: Int, letters: String) -> String {
        let mark = entry.mark.map { "(\($0.text)) " } ?? ""
        let content =
            switch format {
            case .xml: Self.escaped(entry.shown)
            case .text, .openai, .anthropic: FenceMarker.neutralised(entry.shown)
            }
        return "\(number)\(letters) \(Self.date(of: entry.subject)) \(mark)\(Self.indented(content))\n"
    }

    /// The date as six digits: two tokens where hyphens and century take six.
    private static func date(of subject: ContextCandidate.Subject) -> String {
        let time =
            switch subject {
            case .item(let item): item.createdAt
            case .message(let message): message.createdAt
            }
        return String(time.dateDescription.filter { $0 != "-" }.suffix(6))
    }

    /// With two spaces after every line end, so that no line of a content looks like an entry of its own.
    private static func indented(_ content: String) -> String {
        guard content.unicodeScalars.contains(where: isLineEnd) else { return content }
        var result = ""
        let scalars = Array(content.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            result.unicodeScalars.append(scalar)
            let isInsideCRLF = scalar == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n"
            if isLineEnd(scalar), !isInsideCRLF { result += "  " }
        }
        return result
    }

    private static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    /// As XML character data; what XML 1.0 does not allow becomes U+FFFD.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
            default:
                let isAllowed = scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF
                result.unicodeScalars.append(isAllowed ? scalar : "\u{FFFD}")
            }
        }
        return result
    }
}
