import HTTPServer
import JSON

extension Schema {
    static var ofServer: [(String, Schema)] {
        [
            (
                "Error",
                .object([
                    "version": .string, "status": .word(["failure"]), "message": .string.described("For people."),
                    "reason": .string.described("The kind of error, in one word for programs."),
                    "details": .object.described("Facts, such as the parameter at fault."), "help": .string.orNull,
                    "code": .integer(atLeast: 400).described("The status of the response."),
                ])
            ),
            (
                "Version",
                .object([
                    "version": .string.described("The version of Rasa that this server is compatible with."),
                    "minimum_compatible_version": .string.described("The oldest archives that are taken."),
                    "parley": .string.described("The version of Parley."),
                ])
            ),
            (
                "Status",
                .object([
                    "model_file": .string, "model_id": .string,
                    "num_active_training_jobs": .integer(atLeast: 0).described("Over all workers."),
                ])
            ),
        ]
    }
}
