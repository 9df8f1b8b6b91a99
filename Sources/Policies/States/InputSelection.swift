import Dialogue

extension [DialogueState] {
    /// The states as a policy is asked about them: the new message by its text or by its intent, older ones by intent.
    func choosingInput(byText: Bool) -> [DialogueState] {
        var states = self
        if let last = states.indices.last, states[last].followsListen, states[last].user != nil {
            if byText {
                states[last].user?.intent = nil
                states[last].user?.entities = nil
            } else {
                states[last].user?.text = nil
            }
        }
        for index in states.indices where states[index].user?.intent != nil { states[index].user?.text = nil }
        return states
    }
}
