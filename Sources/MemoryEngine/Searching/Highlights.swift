package import LexicalSearch

/// Where a search's words stand in a text.
public struct Highlights: Sendable, Hashable {
    /// The text for HTML: escaped, then each match between `<mark>` and `</mark>`.
    public let html: String
    /// The matches as ranges of Unicode scalars of the text, in order, without overlaps.
    public let ranges: [Range<Int>]

    /// Marks ranges of UTF-8 offsets, in order and without overlaps, in a text.
    package init(_ text: String, utf8Ranges: [Range<Int>]) {
        var html = ""
        var ranges: [Range<Int>] = []
        var next = utf8Ranges.makeIterator()
        var range = next.next()
        var offset = 0
        var start: Int?
        for (position, scalar) in text.unicodeScalars.enumerated() {
            if let end = range?.upperBound, let first = start, offset >= end {
                html += "</mark>"
                ranges.append(first..<position)
                start = nil
                range = next.next()
            }
            if start == nil, let lower = range?.lowerBound, offset >= lower {
                html += "<mark>"
                start = position
            }
            Self.appendEscaped(scalar, to: &html)
            offset += UTF8.width(scalar)
        }
        if let start {
            html += "</mark>"
            ranges.append(start..<text.unicodeScalars.count)
        }
        self.html = html
        self.ranges = ranges
    }

    private static func appendEscaped(_ scalar: Unicode.Scalar, to html: inout String) {
        switch scalar {
        case "&": html += "&amp;"
        case "<": html += "&lt;"
        case ">": html += "&gt;"
        case "\"": html += "&quot;"
        case "'": html += "&#39;"
        default: html.unicodeScalars.append(scalar)
        }
    }
}

/// Finds a search's words in texts, by the analysis that the index uses.
package struct Highlighter: Sendable {
    let analyzer: Analyzer
    let query: LexicalQuery

    /// A highlighter of words and runs.
    package init(words: [String], analyzer: Analyzer) throws(EngineError) {
        self.analyzer = analyzer
        do throws(LexicalSearchError) {
            query = try analyzer.query(words.joined(separator: " "))
        } catch {
            throw EngineError(.internal, "the search could not be analysed: \(error.code.rawValue)")
        }
    }

    /// Marks the words in a text.
    package func highlights(in text: String) -> Highlights {
        Highlights(text, utf8Ranges: (try? analyzer.highlights(of: query, in: text)) ?? [])
    }
}
