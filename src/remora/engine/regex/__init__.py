"""Regular expressions as .NET has them: ``parser`` reads a pattern to ``nodes``, ``writer`` writes them for the library
that searches, ``pattern`` searches, ``guard`` keeps long searches stoppable. Import the files: a start needs none of
them.
"""
