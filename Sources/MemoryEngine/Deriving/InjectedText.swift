/// Takes out of a text what this service itself put into prompts: memory is never made of memory.
enum InjectedText {
    /// The text without blocks between the marks of a fence; nil where nothing else is left.
    ///
    /// A block without its end goes to the end of the text: whoever cut it off quoted a pack all the same.
    static func removed(from text: String) -> String? {
        guard FenceMarker.isPresent(in: text) else { return isBlank(text) ? nil : text }
        var kept: [Substring] = []
        var rest = text[...]
        while let opening = firstMark(in: rest) {
            kept.append(rest[..<opening.lowerBound])
            rest = rest[opening.upperBound...]
            guard let closing = closingMark(in: rest) else {
                rest = rest[rest.endIndex...]
                break
            }
            rest = rest[closing...]
        }
        kept.append(rest)
        // Whoever writes the marks in a way of their own is not read at all.
        let result = kept.joined(separator: "\n")
        return FenceMarker.isPresent(in: result) || isBlank(result) ? nil : result
    }

    private static func isBlank(_ text: String) -> Bool { text.unicodeScalars.allSatisfy(\.properties.isWhitespace) }

    private static func firstMark(in text: Substring) -> Range<Substring.Index>? {
        [FenceMarker.textOpening, FenceMarker.markupOpening, FenceMarker.textClosing, FenceMarker.markupClosing]
            .compactMap { find($0, in: text) }
            .min { $0.lowerBound < $1.lowerBound }
    }

    /// Behind the end of the first mark that closes a block.
    private static func closingMark(in text: Substring) -> Substring.Index? {
        let closings = [(FenceMarker.textClosing, "]]"), (FenceMarker.markupClosing, ">")]
        return closings.compactMap { mark, end -> (start: Substring.Index, end: Substring.Index)? in
            guard let found = find(mark, in: text) else { return nil }
            let behind = find(end, in: text[found.upperBound...])?.upperBound ?? text.endIndex
            return (found.lowerBound, behind)
        }.min { $0.start < $1.start }?.end
    }

    /// The first place of an ASCII mark, in any case of letters.
    private static func find(_ mark: String, in text: Substring) -> Range<Substring.Index>? {
        let (mark, bytes) = (Array(mark.utf8), text.utf8)
        var start = bytes.startIndex
        while start < bytes.endIndex {
            var (place, matched) = (start, 0)
            while matched < mark.count, place < bytes.endIndex, lowered(bytes[place]) == mark[matched] {
                matched += 1
                place = bytes.index(after: place)
            }
            if matched == mark.count { return start..<place }
            start = bytes.index(after: start)
        }
        return nil
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}
