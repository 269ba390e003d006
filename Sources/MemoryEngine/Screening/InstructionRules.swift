/// Tells orders to a model from knowledge.
///
/// Each sign has a weight; two points hold a text back. Signs that honest text has as well (a preference "from now on",
/// "do not tell the user" in a product rule) have one, and need another beside them.
enum InstructionRules {
    private static let threshold = 2

    static func isInstructionLike(_ text: String) -> Bool {
        if hasTemplateMarks(text) { return true }
        let spoken = SpokenText(text)
        var points = 0
        for sentence in spoken.sentences {
            points += overridePoints(sentence.words)
            points += rolePoints(sentence.words)
            points += concealmentPoints(sentence.words)
            points += exfiltrationPoints(sentence.words, in: spoken.plain)
            points += futurePoints(sentence.words)
            if points >= threshold { return true }
        }
        return false
    }

    // MARK: Marks of chat templates

    private static let templateMarks = [
        "<|im_start|>", "<|im_end|>", "<|system|>", "<|assistant|>", "<|endoftext|>", "<|start_header_id|>",
        "<|eot_id|>", "<<sys>>", "[inst]", "[/inst]", "<|begin_of_text|>",
    ]

    /// Marks that end a prompt's part and begin another; text that is spoken has none outside of code.
    private static func hasTemplateMarks(_ text: String) -> Bool {
        guard text.contains("<|") || text.contains("[") || text.contains("<<") else { return false }
        let plain = SpokenText(text).plain.lowercased()
        return templateMarks.contains(where: plain.contains)
    }

    // MARK: Overriding what a model was told

    private static let overrideVerbs: Set<Substring> = ["ignore", "disregard", "forget", "override", "bypass"]
    private static let earlier: Set<Substring> = [
        "previous", "prior", "above", "earlier", "preceding", "existing", "initial", "original", "system", "your",
        "former", "past",
    ]
    private static let orders: Set<Substring> = [
        "instruction", "instructions", "prompt", "prompts", "guidelines", "directives", "directions", "programming",
        "training", "constraints", "rules", "commands", "context",
    ]
    private static let lead: Set<Substring> = [
        "please", "now", "just", "then", "and", "must", "should", "also", "assistant", "ai", "immediately", "always",
        "important", "note", "system", "will",
    ]

    /// "Ignore all previous instructions", as an order: at the start of a clause, or behind a word that leads to one.
    private static func overridePoints(_ words: [Substring]) -> Int {
        for (place, word) in words.enumerated() where overrideVerbs.contains(word) {
            guard place == 0 || lead.contains(words[place - 1]) else { continue }
            // Who does it, where somebody is named before: then it is told, not ordered.
            let subjects: Set<Substring> = [
                "we", "i", "they", "he", "she", "it", "users", "attackers", "models", "who",
            ]
            if words[..<place].contains(where: subjects.contains) { continue }
            let rest = words[(place + 1)...].prefix(7)
            if let noun = rest.firstIndex(where: orders.contains), rest[..<noun].contains(where: earlier.contains) {
                return threshold
            }
            let all = Array(rest.prefix(4))
            if word == "forget", all.starts(with: ["everything", "you"]) || all.starts(with: ["all", "you"]) {
                return threshold
            }
        }
        return 0
    }

    // MARK: Another role

    private static let modes: Set<Substring> = [
        "dan", "jailbroken", "unrestricted", "unfiltered", "uncensored", "unbound",
    ]

    private static func rolePoints(_ words: [Substring]) -> Int {
        let opens: [[Substring]] = [
            ["you", "are", "now"], ["you", "are", "no", "longer"], ["act", "as"], ["pretend"],
        ]
        for start in opens
        where words.starts(with: start)
            || lead.contains(words.first ?? "")
                && words.dropFirst().starts(with: start)
        {
            if words.contains(where: modes.contains) { return threshold }
            let bonds: Set<Substring> = ["restrictions", "guidelines", "restricted", "bound", "filters"]
            if words.contains(where: bonds.contains), words.contains(where: { ["no", "without", "not"].contains($0) }) {
                return threshold
            }
            if start == ["you", "are", "now"] { return 1 }
        }
        if words.starts(with: ["developer", "mode"]), words.contains("enabled") { return threshold }
        return 0
    }

    // MARK: Hiding, carrying away, lying in wait

    private static let people: Set<Substring> = ["user", "users", "human", "humans", "operator", "anyone", "anybody"]

    /// "Do not tell the user", "without asking the user".
    private static func concealmentPoints(_ words: [Substring]) -> Int {
        let tells: Set<Substring> = ["tell", "inform", "mention", "reveal", "disclose", "alert", "notify", "warn"]
        let negates: Set<Substring> = ["not", "don't", "never", "without"]
        for (place, word) in words.enumerated() where negates.contains(word) {
            let rest = words[(place + 1)...].prefix(7)
            let verb = rest.first {
                tells.contains($0) || ["telling", "asking", "informing", "notifying"].contains($0)
            }
            if verb != nil, rest.contains(where: people.contains) { return 1 }
        }
        return 0
    }

    private static let carries: Set<Substring> = [
        "send", "post", "forward", "upload", "exfiltrate", "transmit", "email", "leak", "append",
    ]
    private static let treasures: Set<Substring> = [
        "password", "passwords", "credentials", "secrets", "secret", "keys", "tokens", "cookies", "conversation",
        "history", "memories", "memory", "transcript",
    ]

    /// "Send the conversation to https://…", as an order, with an address in the text.
    private static func exfiltrationPoints(_ words: [Substring], in plain: String) -> Int {
        guard let place = words.firstIndex(where: carries.contains),
            place == 0 || lead.contains(words[place - 1]),
            words[place...].contains(where: treasures.contains), words[place...].contains("to")
        else { return 0 }
        return plain.contains("://") || plain.contains("@") ? threshold : 1
    }

    /// "From now on you must", "whenever the user asks": orders for later turns.
    private static func futurePoints(_ words: [Substring]) -> Int {
        if words.starts(with: ["from", "now", "on"]), words.dropFirst(3).prefix(3).contains("you") { return 1 }
        let silent: Set<Substring> = ["secretly", "silently", "covertly"]
        return words.contains(where: silent.contains) && words.contains(where: carries.contains) ? threshold : 0
    }
}
