"""Build a toy language model: random weights, so it babbles, but in English words.

    python tiny_model.py FOLDER

Run by the webui's interpreter (it needs transformers, tokenizers and torch). The model
says nothing sensible; it lets the real loader, the real prompt builder and the real
sampler run on a CPU in milliseconds. The same build gives the same weights.

Owns: the recipe. Must not know: hosts, tests.
"""

from __future__ import annotations

import string
import sys
from pathlib import Path
from typing import Any

CONTEXT_TOKENS = 32_768

SPECIAL_TOKENS = ("<pad>", "<s>", "</s>", "<|im_start|>", "<|im_end|>")

SPEAKABLE = """
amber anchor apple april arrow ashes autumn badge baker balcony bamboo barley basket
beacon berry biscuit blanket blossom bottle branch breeze bridge bronze brook butter
button cabin candle canvas castle cedar cellar chapel cherry circle clover cloud coffee
copper coral cotton cradle crayon cricket crystal curtain daisy desert dinner dragon
drizzle eagle ember engine evening feather fennel fiddle forest fountain garden garlic
ginger glacier granite gravel hammer harbor harvest hazel hollow honey horizon island
ivory jacket jasmine jungle kettle kitchen ladder lagoon lantern lavender leather lemon
lilac linen lobster lullaby magnet maple marble market meadow mirror mitten morning
mosaic mountain needle nettle nutmeg ocean olive orchard oyster paddle paper parrot
pebble pepper piano pillow pistachio planet pocket poppy prairie pumpkin puzzle quartz
quiver rabbit raven ribbon river rocket saddle saffron sailor scarlet shadow shelter
silver sparrow spindle spruce stable summer sunset swallow tailor teapot thicket thimble
thunder timber tulip turnip valley velvet violet walnut wander whistle willow window
winter wisdom yarrow yellow zephyr
"""

# What people write in a chat, so that prompts do not fall apart into single letters.
ORDINARY_TEXT = [
    "The following is a conversation. You are a friend who listens and remembers.",
    "What was the name of my cat? My sister lives in the old town near the river.",
    "I told you yesterday that I would move to another city in the spring.",
    "Do you remember when we talked about music, food, work, family and holidays?",
    "How are you today? Thank you, I am fine. Tell me something about yourself.",
    "3 days ago, Anna said: I have been learning to play the violin since March.",
]

# The template that chat models commonly know; ours knows nothing, the host reads it.
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content']"
    " + '<|im_end|>' + '\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def build_tokenizer() -> Any:
    """Train a byte-level BPE of about 1,500 tokens; any text can be encoded."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=1_500,
        min_frequency=1,
        special_tokens=list(SPECIAL_TOKENS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    words = " " + " ".join(SPEAKABLE.split())
    tokenizer.train_from_iterator(
        [words] * 20 + ORDINARY_TEXT + [string.printable], trainer
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        bos_token="<s>",
        eos_token="</s>",
        additional_special_tokens=list(SPECIAL_TOKENS[3:]),
        chat_template=CHAT_TEMPLATE,
        model_max_length=CONTEXT_TOKENS,
    )


def build_model(tokenizer: Any) -> Any:
    """Make a random Llama of a million parameters that speaks whole words only."""
    import torch
    from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM

    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=128,
        intermediate_size=344,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=CONTEXT_TOKENS,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        tie_word_embeddings=False,
    )
    model = LlamaForCausalLM(config)
    words = SPEAKABLE.split()
    # With the blank before it, a word that was learned is a single token.
    encoded = [tokenizer.encode(f" {word}") for word in words]
    speakable = {ids[0] for ids in encoded if len(ids) == 1}
    if len(speakable) < len(words) // 2:
        raise SystemExit("The tokenizer did not learn the words that are to be said.")
    model.generation_config = GenerationConfig(
        suppress_tokens=[n for n in range(len(tokenizer)) if n not in speakable],
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    return model


def main(folder: Path) -> None:
    """Write model and tokenizer to a folder that the Transformers loader reads."""
    tokenizer = build_tokenizer()
    model = build_model(tokenizer)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save_pretrained(folder)
    model.save_pretrained(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
