/// What the wording of a question says about what is looked for.
package struct QuestionCues: OptionSet, Sendable, Hashable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// It asks when something was, is or will be.
    package static let asksWhen = QuestionCues(rawValue: 1)
    /// It asks who, where, which.
    package static let asksForName = QuestionCues(rawValue: 2)
    /// It is about whoever asks.
    package static let isAboutAsker = QuestionCues(rawValue: 4)
    /// It is put to whoever answered before.
    package static let isAboutAnswerer = QuestionCues(rawValue: 8)
    /// It asks for what is current, in so many words.
    package static let asksForCurrent = QuestionCues(rawValue: 16)
    /// It asks for what was.
    package static let asksForPast = QuestionCues(rawValue: 32)

    /// Reads a question in English, German, French, Russian, Chinese or Japanese; others have no cues.
    package init(_ question: String) {
        let lowered = question.lowercased()
        let words = lowered.split { !$0.isLetter && $0 != "'" && $0 != "’" }.map(String.init)
        let padded = " " + words.joined(separator: " ") + " "
        var cues: QuestionCues = []
        for list in CueWords.lists {
            // A cue at the beginning is one in the first few words.
            let place = list.standsFirst ? " " + words.prefix(4).joined(separator: " ") + " " : padded
            if list.words.contains(where: { place.contains(" \($0) ") }) { cues.insert(list.cue) }
            if list.parts.contains(where: { lowered.contains($0) }) { cues.insert(list.cue) }
        }
        self = cues
    }
}

/// The words behind the cues.
enum CueWords {
    struct List {
        let cue: QuestionCues
        var standsFirst = false
        /// Whole words, and runs of them.
        let words: [String]
        /// What may stand anywhere, in scripts without spaces.
        var parts: [String] = []

        init(_ cue: QuestionCues, standsFirst: Bool = false, _ words: String, parts: [String] = []) {
            self.cue = cue
            self.standsFirst = standsFirst
            self.words = words.split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
            self.parts = parts
        }
    }

    static let lists: [List] = [
        List(
            .asksWhen,
            standsFirst: true,
            """
            when, what date, what day, what month, what year, what time, which date, which day, which month, which year,
            how long, how many days, how many weeks, how many months, how many years, since when,
            wann, seit wann, wie lange, an welchem tag, quand, depuis quand, combien de temps, когда, с каких пор, сколько времени
            """,
            parts: ["什么时候", "几点", "哪一天", "哪天", "いつ", "何時", "何日", "何月"]
        ),
        List(
            .asksForName,
            """
            who, whose, whom, where, which, name, called, wer, wem, wen, wo, wohin, welche, welcher, welches, welchen, welchem,
            qui, où, quel, quelle, quels, quelles, кто, кого, кому, где, куда, какой, какая, какие
            """,
            parts: ["谁", "哪", "叫什么", "誰", "どこ", "どの", "どちら"]
        ),
        List(
            .isAboutAsker,
            """
            i, my, me, mine, myself, i'm, i've, i'd, ich, mein, meine, meinen, meinem, meiner, mir, mich,
            je, j'ai, mon, ma, mes, moi, я, мой, моя, моё, мои, мне, меня
            """,
            parts: ["我的", "私の", "私は"]
        ),
        List(
            .isAboutAnswerer,
            "you, your, yours, you've, you're, du, dein, deine, deinen, dir, dich, tu, ton, ta, tes, ты, твой, твои, тебе",
            parts: ["你的", "あなた"]
        ),
        List(
            .asksForCurrent,
            """
            now, current, currently, latest, today, nowadays, still, anymore, any more, at present, presently, recent, recently,
            newest, updated, up to date, lately, finally, these days, at the moment, as of, from now on,
            jetzt, aktuell, aktuelle, aktuellen, aktueller, derzeit, momentan, zurzeit, heute, neueste, neuesten, inzwischen, künftig, ab sofort,
            maintenant, actuel, actuelle, actuellement, en ce moment, aujourd'hui, désormais, dernière version,
            сейчас, теперь, текущий, текущая, последний, последняя, нынешний
            """,
            parts: ["现在", "目前", "最新", "如今", "今の", "今は", "現在", "いまの", "以降", "以后"]
        ),
        List(
            .asksForPast,
            """
            did, was, were, had, used to, originally, initially, at first, before, previously, earlier, former, formerly,
            war, waren, hatte, hatten, wurde, wurden, früher, ursprünglich, zuerst, bisher,
            était, étaient, avait, avaient, avant, autrefois, был, была, было, были, раньше, сначала
            """,
            parts: ["以前", "当初", "ました", "でした", "了吗"]
        ),
    ]
}

extension String {
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
