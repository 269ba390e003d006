/// English forms that no stemmer brings to their base form.
enum IrregularForms {
    /// The base form of each irregular form, for a language; empty where there is no table.
    static func table(for language: Language) -> [String: String] {
        guard language == .english else { return [:] }
        var table: [String: String] = [:]
        for line in english.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            for form in words.dropFirst() {
                table[form] = words[0]
            }
        }
        return table
    }

    /// Base form first, then its irregular forms.
    ///
    /// Forms that are also another common word (`found`, `left`, `saw`, `lay`) stand with the
    /// reading that is commoner in work talk, or are left out.
    private static let english = """
        arise arose arisen
        awake awoke awoken
        bear bore borne
        beat beaten
        become became
        begin began begun
        bend bent
        bite bit bitten
        bleed bled
        blow blew blown
        break broke broken
        breed bred
        bring brought
        build built
        burn burnt
        buy bought
        catch caught
        choose chose chosen
        come came
        deal dealt
        dig dug
        draw drew drawn
        dream dreamt
        drink drank drunk
        drive drove driven
        eat ate eaten
        fall fell fallen
        feed fed
        feel felt
        fight fought
        find found
        flee fled
        fly flew flown
        forbid forbade forbidden
        forget forgot forgotten
        forgive forgave forgiven
        freeze froze frozen
        get got gotten
        give gave given
        go went gone goes
        grow grew grown
        hang hung
        hear heard
        hide hid hidden
        hold held
        keep kept
        know knew known
        lead led
        leap leapt
        learn learnt
        leave left
        lend lent
        lose lost
        make made
        mean meant
        meet met
        pay paid
        ride rode ridden
        ring rang rung
        rise rose risen
        run ran
        say said
        see saw seen
        seek sought
        sell sold
        send sent
        shake shook shaken
        shine shone
        shoot shot
        show shown
        shrink shrank shrunk
        sing sang sung
        sink sank sunk
        sit sat
        sleep slept
        slide slid
        speak spoke spoken
        spell spelt
        spend spent
        spin spun
        spring sprang sprung
        stand stood
        steal stole stolen
        stick stuck
        strike struck stricken
        swear swore sworn
        sweep swept
        swim swam swum
        swing swung
        take took taken
        teach taught
        tear tore torn
        tell told
        think thought
        throw threw thrown
        understand understood
        wake woke woken
        wear wore worn
        win won
        withdraw withdrew withdrawn
        write wrote written
        overwrite overwrote overwritten
        rewrite rewrote rewritten
        rebuild rebuilt
        resend resent
        undo undid undone
        child children
        man men
        woman women
        person people
        foot feet
        tooth teeth
        mouse mice
        goose geese
        wife wives
        knife knives
        shelf shelves
        index indices indexes
        matrix matrices
        vertex vertices
        appendix appendices
        criterion criteria
        phenomenon phenomena
        schema schemata
        analysis analyses
        crisis crises
        hypothesis hypotheses
        thesis theses
        """
}
