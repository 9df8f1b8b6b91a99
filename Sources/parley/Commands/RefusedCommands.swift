import Prefork

/// Commands that scripts written for Rasa may call and that Parley does not have.
enum RefusedCommands {
    /// - Throws: ``BootFailure`` with a sentence on what to do instead.
    static func check(_ arguments: [String]) throws(BootFailure) {
        guard arguments.starts(with: ["run", "actions"]) else { return }
        throw BootFailure(
            "'run actions' is not part of Parley: custom actions are Python code; "
                + "start their server with 'python -m rasa_sdk --actions actions'",
            status: ExitStatus.usage)
    }
}
