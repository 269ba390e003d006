internal import Foundation

/// Finds addresses that are made to carry data away, or that are the data.
struct AddressRules {
    private(set) var exfiltrates = false
    private(set) var holdsData = false

    /// A payload shorter than this says nothing that a reader could not see.
    private static let shortestPayload = 16

    init(_ text: String) {
        guard text.contains(":") else { return }
        for target in Self.targets(in: text) {
            let lowered = target.address.lowercased()
            if lowered.hasPrefix("data:") {
                if let comma = target.address.firstIndex(of: ","),
                    target.address[comma...].utf8.count > Self.shortestPayload
                {
                    holdsData = true
                }
            } else if lowered.hasPrefix("javascript:") || lowered.hasPrefix("vbscript:") {
                exfiltrates = true
            } else if lowered.hasPrefix("http://") || lowered.hasPrefix("https://") || lowered.hasPrefix("//") {
                if Self.carriesAway(lowered, isImage: target.isImage) { exfiltrates = true }
            }
        }
    }

    private struct Target {
        let address: Substring
        /// Fetched without a click where it is rendered.
        let isImage: Bool
    }

    /// The addresses of Markdown links and images and of HTML attributes.
    private static func targets(in text: String) -> [Target] {
        var found: [Target] = []
        var rest = text[...]
        while let open = rest.range(of: "](") {
            let before = rest[..<open.lowerBound]
            let bracket = before.lastIndex(of: "[")
            let isImage = bracket.map { $0 > before.startIndex && before[before.index(before: $0)] == "!" } ?? false
            let address = rest[open.upperBound...].prefix { $0 != ")" && !$0.isNewline }
            found.append(Target(address: address.drop { $0 == " " || $0 == "<" }, isImage: isImage))
            rest = rest[open.upperBound...]
        }
        for (attribute, isImage) in [("src=", true), ("href=", false), ("srcset=", true)] {
            var rest = text[...]
            while let open = rest.range(of: attribute, options: .caseInsensitive) {
                let address = rest[open.upperBound...].drop { $0 == "\"" || $0 == "'" || $0 == " " }
                    .prefix { $0 != "\"" && $0 != "'" && $0 != ">" && !$0.isWhitespace }
                found.append(Target(address: address, isImage: isImage))
                rest = rest[open.upperBound...]
            }
        }
        return found
    }

    /// Places in an address that are to be filled in: braces, angle brackets, words in capitals between brackets.
    private static func hasPlaceholder(_ address: String) -> Bool {
        let marks = ["{", "%7b", "<", "%3c", "$(", "[insert", "[data", "[secret", "[conversation", "[memory"]
        return marks.contains(where: address.contains)
    }

    private static func carriesAway(_ address: String, isImage: Bool) -> Bool {
        guard let query = address.firstIndex(of: "?") else {
            return isImage && hasPlaceholder(address)
        }
        let parameters = address[address.index(after: query)...].split(separator: "&")
        if hasPlaceholder(String(address[query...])) {
            // A link with a template in it is documentation as often as not; an image is fetched by being shown.
            let carriers = [
                "data", "secret", "token", "conversation", "history", "memory", "context", "password", "leak",
            ]
            return isImage || parameters.contains { parameter in carriers.contains(where: parameter.contains) }
        }
        // An image whose parameter waits for its value.
        return isImage && parameters.contains { $0.hasSuffix("=") }
    }
}
