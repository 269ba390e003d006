internal import MemoryModel

/// An entry as lines of one format: a short prefix (number, source, trust, date) and the content, made harmless.
///
/// The number is the entry's place in its section, so that a model can cite it in a token or two; the pack's candidates
/// come in the same order with their ids.
struct EntryLine: Sendable {
    let format: ContextFormat

    /// The lines of one entry, with a line end.
    func text(of entry: PackEntry, number: Int) -> String {
        let label = label(of: entry.subject)
        let content = entry.shown
        switch format {
        case .xml:
            let mark = entry.mark.map { " note=\"\($0.text)\"" } ?? ""
            return "<m n=\"\(number)\" by=\"\(Self.escaped(label.by))\" at=\"\(label.at)\"\(mark)>"
                + "\(Self.escaped(content))</m>\n"
        case .text, .openai, .anthropic:
            let mark = entry.mark.map { " " + $0.text } ?? ""
            return "[\(number) \(Self.bare(label.by)) \(label.at)\(mark)] "
                + "\(Self.indented(FenceMarker.neutralised(content)))\n"
        }
    }

    private func label(of subject: ContextCandidate.Subject) -> (by: String, at: String) {
        switch subject {
        case .item(let item):
            ("\(item.trust.name) \(item.source)", Self.date(item.createdAt))
        case .message(let message):
            ("\(message.authorType.rawValue) \(message.author)", Self.date(message.createdAt))
        }
    }

    /// The date as eight digits: three tokens where hyphens take six.
    private static func date(_ time: Timestamp) -> String {
        time.dateDescription.filter { $0 != "-" }
    }

    /// Without what could end the prefix.
    private static func bare(_ label: String) -> String {
        var result = ""
        for scalar in label.unicodeScalars {
            let isPlain = scalar != "[" && scalar != "]" && !scalar.properties.isPatternWhitespace
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: result += " "
            default: result.unicodeScalars.append(isPlain ? scalar : " ")
            }
        }
        return result
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

    /// As XML character data and attribute value; what XML 1.0 does not allow becomes U+FFFD.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
            default:
                let isAllowed = scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF
                result.unicodeScalars.append(isAllowed ? scalar : "\u{FFFD}")
            }
        }
        return result
    }
}
