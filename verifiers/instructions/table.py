"""The table of all kinds of instructions: check, writer, parameters.

A kind's name is the one that its set uses: IFEval (arXiv 2311.07911), M-IFEval (2502.04688), IFBench and IF-RLVR (2507.02833).
"""

from __future__ import annotations

from collections.abc import Mapping

from r1.verifiers.instructions.checks import copies, counts, layout, locales, patterns, positions, shapes, tasks, words
from r1.verifiers.instructions.kind import Kind, Types
from r1.verifiers.instructions.writers import copies as write_copies
from r1.verifiers.instructions.writers import counts as write_counts
from r1.verifiers.instructions.writers import layout as write_layout
from r1.verifiers.instructions.writers import locales as write_locales
from r1.verifiers.instructions.writers import patterns as write_patterns
from r1.verifiers.instructions.writers import positions as write_positions
from r1.verifiers.instructions.writers import shapes as write_shapes
from r1.verifiers.instructions.writers import tasks as write_tasks
from r1.verifiers.instructions.writers import words as write_words

_NUMBER: Types = (int, float)
_WORD: Types = (str, list)

IFEVAL_KINDS: Mapping[str, Kind] = {
    "keywords:existence": Kind(words.existence, write_words.existence, {"keywords": list}),
    "keywords:frequency": Kind(words.frequency, write_words.frequency, {"keyword": str, "frequency": int}),
    "keywords:forbidden_words": Kind(words.forbidden_words, write_words.forbidden_words, {"forbidden_words": list}),
    "keywords:letter_frequency": Kind(
        words.letter_frequency, write_words.letter_frequency, {"letter": str, "let_frequency": int}
    ),
    "language:response_language": Kind(words.response_language, write_words.response_language, {"language": str}),
    "length_constraints:number_sentences": Kind(
        words.number_sentences, write_words.number_sentences, {"num_sentences": int, "relation": str}
    ),
    "length_constraints:number_paragraphs": Kind(
        layout.number_paragraphs, write_layout.number_paragraphs, {"num_paragraphs": int}
    ),
    "length_constraints:number_words": Kind(
        words.number_words, write_words.number_words, {"num_words": int, "relation": str}
    ),
    "length_constraints:nth_paragraph_first_word": Kind(
        words.nth_paragraph_first_word,
        write_words.nth_paragraph_first_word,
        {"num_paragraphs": int, "nth_paragraph": int, "first_word": str},
    ),
    "detectable_content:number_placeholders": Kind(
        layout.number_placeholders, write_layout.number_placeholders, {"num_placeholders": int}
    ),
    "detectable_content:postscript": Kind(layout.postscript, write_layout.postscript, {"postscript_marker": str}),
    "detectable_format:number_bullet_lists": Kind(
        layout.number_bullet_lists, write_layout.number_bullet_lists, {"num_bullets": int}
    ),
    "detectable_format:constrained_response": Kind(layout.constrained_response, write_layout.constrained_response),
    "detectable_format:number_highlighted_sections": Kind(
        layout.number_highlighted_sections, write_layout.number_highlighted_sections, {"num_highlights": int}
    ),
    "detectable_format:multiple_sections": Kind(
        layout.multiple_sections, write_layout.multiple_sections, {"section_spliter": str, "num_sections": int}
    ),
    "detectable_format:json_format": Kind(layout.json_format, write_layout.json_format),
    "detectable_format:title": Kind(layout.title, write_layout.title),
    "combination:two_responses": Kind(layout.two_responses, write_layout.two_responses),
    "combination:repeat_prompt": Kind(layout.repeat_prompt, write_layout.repeat_prompt, {"prompt_to_repeat": str}),
    "startend:end_checker": Kind(layout.end_checker, write_layout.end_checker, {"end_phrase": str}),
    "startend:quotation": Kind(layout.quotation, write_layout.quotation),
    "change_case:capital_word_frequency": Kind(
        words.capital_word_frequency,
        write_words.capital_word_frequency,
        {"capital_frequency": int, "capital_relation": str},
    ),
    "change_case:english_capital": Kind(words.capital, write_words.capital),
    "change_case:english_lowercase": Kind(words.lowercase, write_words.lowercase),
    "punctuation:no_comma": Kind(words.no_comma, write_words.no_comma),
}
"""The 25 kinds of IFEval under their original names."""

M_IFEVAL_KINDS: Mapping[str, Kind] = {
    "fr:change_case:french_capital": Kind(words.capital, write_locales.french_capital),
    "fr:change_case:french_lowercase": Kind(words.lowercase, write_locales.french_lowercase),
    "fr:detectable_content:informal_address": Kind(locales.informal_address, write_locales.informal_address),
    "fr:detectable_content:no_digits": Kind(locales.no_digits, write_locales.no_digits),
    "fr:special_character:accents": Kind(locales.accents, write_locales.accents, {"word_to_accentuate": dict}),
    "fr:special_character:ethel_or_cedilla": Kind(
        locales.ethel_or_cedilla, write_locales.ethel_or_cedilla, {"forbidden_char": str}
    ),
    "fr:special_character:no_accents": Kind(locales.no_accents, write_locales.no_accents),
    "es:change_case:spanish_capital": Kind(words.capital, write_locales.spanish_capital),
    "es:change_case:spanish_lowercase": Kind(words.lowercase, write_locales.spanish_lowercase),
    "es:punctuation:exclamation_marks": Kind(locales.exclamation_marks, write_locales.exclamation_marks),
    "es:punctuation:question_marks": Kind(locales.question_marks, write_locales.question_marks),
    "es:special_character:dieresis": Kind(locales.dieresis, write_locales.dieresis, {"let_frequency": int}),
    "es:special_character:enie": Kind(locales.enie, write_locales.enie, {"let_frequency": int}),
    "es:special_character:tildes": Kind(locales.tildes, write_locales.tildes, {"num_words": int, "relation": str}),
    "ja:detectable_format:nominal_ending": Kind(locales.nominal_ending, write_locales.nominal_ending, {"count": int}),
    "ja:detectable_format:number_numbered_lists": Kind(
        layout.number_numbered_lists, write_locales.number_numbered_lists, {"num_items": int}
    ),
    "ja:length_constraints:number_letters": Kind(
        locales.number_letters, write_locales.number_letters, {"num_letters": int, "relation": str}
    ),
    "ja:letters:furigana": Kind(locales.furigana, write_locales.furigana),
    "ja:letters:hiragana_only": Kind(locales.hiragana_only, write_locales.hiragana_only),
    "ja:letters:katakana_only": Kind(locales.katakana_only, write_locales.katakana_only),
    "ja:letters:kanji": Kind(locales.kanji, write_locales.kanji, {"kanji_limit": int, "relation": str}),
    "ja:letters:kansuuji": Kind(locales.kansuuji, write_locales.kansuuji),
    "ja:letters:no_hiragana": Kind(locales.no_hiragana, write_locales.no_hiragana),
    "ja:letters:no_katakana": Kind(locales.no_katakana, write_locales.no_katakana),
    "ja:punctuation:no_period": Kind(locales.no_period, write_locales.no_period),
    "ja:startend:sentence_unified_end": Kind(
        locales.sentence_unified_end, write_locales.sentence_unified_end, {"ending": str}
    ),
}
"""The 26 kinds that M-IFEval adds for one language each; its others are IFEval's with a prefix."""

IFBENCH_KINDS: Mapping[str, Kind] = {
    "count:word_count_range": Kind(
        counts.word_count_range, write_counts.word_count_range, {"min_words": int, "max_words": int}
    ),
    "count:unique_word_count": Kind(counts.unique_word_count, write_counts.unique_word_count, {"N": int}),
    "count:conjunctions": Kind(counts.conjunctions, write_counts.conjunctions, {"small_n": int}),
    "count:person_names": Kind(counts.person_names, write_counts.person_names, {"N": int}),
    "count:numbers": Kind(counts.numbers, write_counts.numbers, {"N": int}),
    "count:punctuation": Kind(counts.punctuation, write_counts.punctuation),
    "count:words_japanese": Kind(counts.japanese_words, write_counts.japanese_words, {"N": int}),
    "count:pronouns": Kind(counts.pronouns, write_counts.pronouns, {"N": int}),
    "count:keywords_multiple": Kind(
        counts.keywords_multiple, write_counts.keywords_multiple, {f"keyword{number}": str for number in range(1, 6)}
    ),
    "ratio:stop_words": Kind(counts.stop_words, write_counts.stop_words, {"percentage": _NUMBER}),
    "ratio:sentence_type": Kind(counts.sentence_type, write_counts.sentence_type),
    "ratio:sentence_balance": Kind(counts.sentence_balance, write_counts.sentence_balance),
    "ratio:overlap": Kind(counts.overlap, write_counts.overlap, {"reference_text": str, "percentage": _NUMBER}),
    "ratio:sentence_words": Kind(positions.sentence_words, write_positions.sentence_words),
    "sentence:alliteration_increment": Kind(positions.alliteration_increment, write_positions.alliteration_increment),
    "sentence:increment": Kind(positions.increment, write_positions.increment, {"small_n": int}),
    "sentence:keyword": Kind(positions.sentence_keyword, write_positions.sentence_keyword, {"word": str, "N": int}),
    "words:keywords_specific_position": Kind(
        positions.keyword_specific_position,
        write_positions.keyword_specific_position,
        {"keyword": _WORD, "n": int, "m": int},
    ),
    "words:words_position": Kind(positions.words_position, write_positions.words_position, {"keyword": _WORD}),
    "words:start_verb": Kind(positions.start_verb, write_positions.start_verb),
    "words:last_first": Kind(positions.last_first, write_positions.last_first),
    "words:paragraph_last_first": Kind(positions.paragraph_last_first, write_positions.paragraph_last_first),
    "words:repeats": Kind(counts.repeats, write_counts.repeats, {"small_n": int}),
    "words:alphabet": Kind(patterns.alphabet, write_patterns.alphabet),
    "words:vowel": Kind(patterns.vowel, write_patterns.vowel),
    "words:consonants": Kind(patterns.consonants, write_patterns.consonants),
    "words:palindrome": Kind(patterns.palindrome_words, write_patterns.palindrome_words),
    "words:prime_lengths": Kind(patterns.prime_lengths, write_patterns.prime_lengths),
    "words:odd_even_syllables": Kind(patterns.odd_even_syllables, write_patterns.odd_even_syllables),
    "words:no_consecutive": Kind(patterns.no_consecutive, write_patterns.no_consecutive),
    "format:newline": Kind(patterns.newline, write_patterns.newline),
    "format:title_case": Kind(patterns.title_case, write_patterns.title_case),
    "format:no_whitespace": Kind(patterns.no_whitespace, write_patterns.no_whitespace),
    "format:parentheses": Kind(shapes.parentheses, write_shapes.parentheses),
    "format:quotes": Kind(shapes.quotes, write_shapes.quotes),
    "format:quote_unquote": Kind(shapes.quote_unquote, write_shapes.quote_unquote),
    "format:emoji": Kind(shapes.emoji, write_shapes.emoji),
    "format:line_indent": Kind(shapes.line_indent, write_shapes.line_indent),
    "format:list": Kind(shapes.special_list, write_shapes.special_list, {"sep": str}),
    "format:thesis": Kind(shapes.thesis, write_shapes.thesis),
    "format:sub-bullets": Kind(shapes.sub_bullets, write_shapes.sub_bullets),
    "format:no_bullets_bullets": Kind(shapes.some_bullets, write_shapes.some_bullets),
    "format:options": Kind(shapes.one_of_options, write_shapes.one_of_options, {"options": str}),
    "format:output_template": Kind(shapes.output_template, write_shapes.output_template),
    "repeat:repeat_change": Kind(copies.repeat_change, write_copies.repeat_change, {"prompt_to_repeat": str}),
    "repeat:repeat_simple": Kind(copies.repeat_simple, write_copies.repeat_simple),
    "repeat:repeat_span": Kind(
        copies.repeat_span, write_copies.repeat_span, {"prompt_to_repeat": str, "n_start": int, "n_end": int}
    ),
    "custom:multiples": Kind(tasks.multiples, write_tasks.multiples),
    "custom:mcq_count_length": Kind(tasks.multiple_choice, write_tasks.multiple_choice),
    "custom:reverse_newline": Kind(tasks.african_countries, write_tasks.african_countries),
    "custom:word_reverse": Kind(tasks.word_reverse, write_tasks.word_reverse),
    "custom:character_reverse": Kind(tasks.character_reverse, write_tasks.character_reverse),
    "custom:sentence_alphabet": Kind(positions.sentence_alphabet, write_positions.sentence_alphabet),
    "custom:european_capitals_sort": Kind(tasks.european_capitals, write_tasks.european_capitals),
    "custom:csv_city": Kind(tasks.csv_city, write_tasks.csv_city),
    "custom:csv_special_character": Kind(tasks.csv_special_character, write_tasks.csv_special_character),
    "custom:csv_quotes": Kind(tasks.csv_quotes, write_tasks.csv_quotes),
    "custom:date_format_list": Kind(tasks.date_list, write_tasks.date_list),
}
"""The 58 kinds of IFBench."""

IF_RLVR_KINDS: Mapping[str, Kind] = {
    "copy:copy": Kind(copies.copy, write_copies.copy, {"prompt_to_repeat": str}),
    "copy:copying_simple": Kind(copies.copy, write_copies.copy, {"prompt_to_repeat": str}),
    "copy:copying_multiple": Kind(
        copies.copying_multiple, write_copies.copying_multiple, {"prompt_to_repeat": str, "N": int}
    ),
    "copy:repeat_phrase": Kind(copies.repeat_phrase, write_copies.repeat_phrase, {"phrase": str, "small_n": int}),
    "new:copy_span_idx": Kind(
        copies.copy_span_idx, write_copies.copy_span_idx, {"prompt_to_repeat": str, "n_start": int, "n_end": int}
    ),
    "count:lowercase_counting": Kind(counts.lowercase_counting, write_counts.lowercase_counting, {"N": int}),
    "count:counting_composition": Kind(
        counts.counting_composition, write_counts.counting_composition, {"n_sent": int, "n_words": int}
    ),
    "count:count_unique": Kind(counts.count_unique, write_counts.count_unique),
    "count:count_increment_word": Kind(
        counts.count_increment_word, write_counts.count_increment_word, {"keyword1": str, "keyword2": str}
    ),
    "letters:letter_counting": Kind(counts.letter_counting, write_counts.letter_counting, {"N": int, "relation": str}),
    "letters:letter_counting2": Kind(
        words.letter_frequency, write_counts.letter_counting2, {"letter": str, "let_frequency": int}
    ),
    "keywords:word_once": Kind(counts.word_once, write_counts.word_once, {"keyword": str}),
    "keywords:word_count_different_numbers": Kind(
        counts.word_count_different_numbers,
        write_counts.word_count_different_numbers,
        {"keyword": str, "frequency": int},
    ),
    "keywords:exclude_word_harder": Kind(shapes.exclude_word, write_shapes.exclude_word, {"keyword": str}),
    "keywords:no_adjacent_consecutive": Kind(patterns.no_adjacent_consecutive, write_patterns.no_adjacent_consecutive),
    "keywords:palindrome": Kind(patterns.palindrome, write_patterns.palindrome),
    "keywords:keyword_specific_position": Kind(
        positions.keyword_specific_position,
        write_positions.keyword_specific_position,
        {"keyword": _WORD, "n": int, "m": int},
    ),
    "keywords:start_end": Kind(positions.start_end, write_positions.start_end),
    "first_word:first_word_sent": Kind(
        positions.first_word_sent, write_positions.first_word_sent, {"first_word": _WORD}
    ),
    "first_word:first_word_answer": Kind(
        positions.first_word_answer, write_positions.first_word_answer, {"first_word": _WORD}
    ),
    "last_word:last_word_sent": Kind(positions.last_word_sent, write_positions.last_word_sent, {"last_word": _WORD}),
    "last_word:last_word_answer": Kind(
        positions.last_word_answer, write_positions.last_word_answer, {"last_word": _WORD}
    ),
    "paragraphs:paragraphs": Kind(shapes.two_paragraphs, write_shapes.two_paragraphs),
    "paragraphs:paragraphs2": Kind(shapes.two_blocks, write_shapes.two_blocks),
    "detectable_format:sentence_hyphens": Kind(shapes.sentence_hyphens, write_shapes.sentence_hyphens),
    "detectable_format:square_brackets": Kind(patterns.square_brackets, write_patterns.square_brackets),
    "detectable_format:bigram_wrapping": Kind(patterns.bigram_wrapping, write_patterns.bigram_wrapping),
    "punctuation:punctuation_dot": Kind(shapes.no_dots, write_shapes.no_dots),
    "punctuation:punctuation_exclamation": Kind(shapes.no_exclamation, write_shapes.no_exclamation),
}
"""The 29 kinds that IF-RLVR's training rows add to IFEval's."""

KINDS: Mapping[str, Kind] = {**IFEVAL_KINDS, **M_IFEVAL_KINDS, **IFBENCH_KINDS, **IF_RLVR_KINDS}
"""All kinds. IFEval's may have a prefix of M-IFEval (`fr:`, `es:`, `ja:`), which is the language of the instruction."""
