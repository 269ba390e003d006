package import MemoryModel

/// A search's hit as a line for a terminal.
package struct FoundLine: Sendable {
    /// Where and by whom, and when.
    package let heading: String
    /// The text with its matches marked.
    package let text: String

    /// Takes one row of a search of messages or items; where `isBold`, matches are bold, otherwise between asterisks.
    package init(_ row: JSONValue, isBold: Bool) {
        let message = row["message"]
        let item = row["item"]
        let noun = message.isNull ? item : message
        let day = String((noun["created_at"].text ?? "").prefix(10))
        let who = message["author"].text ?? item["kind"].text ?? ""
        heading = "\(day)  \(who)  \(noun["id"].text ?? "")"
        let marks = isBold ? ("\u{1B}[1m", "\u{1B}[0m") : ("*", "*")
        text = Self.marked(noun["content"].text ?? "", row["highlights"].elements ?? [], marks)
    }

    /// Puts marks around ranges of Unicode scalars, and leaves out what would steer the terminal.
    private static func marked(_ text: String, _ ranges: [JSONValue], _ marks: (String, String)) -> String {
        var starts: Set<Int> = []
        var ends: Set<Int> = []
        for range in ranges {
            guard let start = range.elements?.first?.integer, let end = range.elements?.last?.integer else { continue }
            starts.insert(start)
            ends.insert(end)
        }
        var result = ""
        var position = 0
        for scalar in text.unicodeScalars {
            if ends.contains(position) { result += marks.1 }
            if starts.contains(position) { result += marks.0 }
            if scalar == "\n" || scalar == "\t" || scalar.properties.generalCategory != .control {
                result.unicodeScalars.append(scalar)
            }
            position += 1
        }
        if ends.contains(position) { result += marks.1 }
        return result
    }
}
