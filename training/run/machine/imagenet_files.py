"""Which file holds the ImageNet weights of a network, how large it is, and whether it is on this computer. No Keras.

Names and places are those of Keras 3.15; a test compares them with what Keras asks for. Without the network's head.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from training.built_in_weights import built_in_weights

# MobileNet's weights were made at these sizes; for any other input Keras takes those of the last.
_MOBILE_SIZES = (128, 160, 192, 224)
_MOBILE_V2_SIZES = (96, *_MOBILE_SIZES)
_PLAIN = "_weights_tf_dim_ordering_tf_kernels_notop.h5"

# Megabytes, and the file's name; {size} where there is one for each input size.
_FILES: dict[str, tuple[float, str]] = {
    "ConvNeXtBase": (350.0, "convnext_base_notop.h5"),
    "ConvNeXtLarge": (785.0, "convnext_large_notop.h5"),
    "ConvNeXtSmall": (198.0, "convnext_small_notop.h5"),
    "ConvNeXtTiny": (111.7, "convnext_tiny_notop.h5"),
    "ConvNeXtXLarge": (1393.0, "convnext_xlarge_notop.h5"),
    "DenseNet121": (29.3, f"densenet121{_PLAIN}"),
    "DenseNet169": (52.1, f"densenet169{_PLAIN}"),
    "DenseNet201": (75.1, f"densenet201{_PLAIN}"),
    "EfficientNetB0": (16.8, "efficientnetb0_notop.h5"),
    "EfficientNetB1": (27.2, "efficientnetb1_notop.h5"),
    "EfficientNetB2": (31.9, "efficientnetb2_notop.h5"),
    "EfficientNetB3": (44.1, "efficientnetb3_notop.h5"),
    "EfficientNetB4": (71.9, "efficientnetb4_notop.h5"),
    "EfficientNetB5": (115.5, "efficientnetb5_notop.h5"),
    "EfficientNetB6": (164.0, "efficientnetb6_notop.h5"),
    "EfficientNetB7": (256.0, "efficientnetb7_notop.h5"),
    "EfficientNetV2B0": (24.4, "efficientnetv2-b0_notop.h5"),
    "EfficientNetV2B1": (28.6, "efficientnetv2-b1_notop.h5"),
    "EfficientNetV2B2": (36.0, "efficientnetv2-b2_notop.h5"),
    "EfficientNetV2B3": (52.8, "efficientnetv2-b3_notop.h5"),
    "EfficientNetV2L": (471.0, "efficientnetv2-l_notop.h5"),
    "EfficientNetV2M": (213.0, "efficientnetv2-m_notop.h5"),
    "EfficientNetV2S": (82.6, "efficientnetv2-s_notop.h5"),
    "InceptionResNetV2": (217.0, f"inception_resnet_v2{_PLAIN}"),
    "InceptionV3": (88.0, f"inception_v3{_PLAIN}"),
    "MobileNet": (13.1, "mobilenet_1_0_{size}_tf_no_top.h5"),
    "MobileNetV2": (9.4, "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_{size}_no_top.h5"),
    "MobileNetV3Large": (12.5, "weights_mobilenet_v3_large_224_1.0_float_no_top_v2.h5"),
    "MobileNetV3Small": (4.2, "weights_mobilenet_v3_small_224_1.0_float_no_top_v2.h5"),
    "NASNetLarge": (340.0, "nasnet_large_no_top.h5"),
    "NASNetMobile": (19.1, "nasnet_mobile_no_top.h5"),
    "ResNet101": (171.0, f"resnet101{_PLAIN}"),
    "ResNet101V2": (171.0, f"resnet101v2{_PLAIN}"),
    "ResNet152": (233.0, f"resnet152{_PLAIN}"),
    "ResNet152V2": (233.0, f"resnet152v2{_PLAIN}"),
    "ResNet50": (94.8, f"resnet50{_PLAIN}"),
    "ResNet50V2": (94.7, f"resnet50v2{_PLAIN}"),
    "VGG16": (58.9, f"vgg16{_PLAIN}"),
    "VGG19": (80.2, f"vgg19{_PLAIN}"),
    "Xception": (83.8, f"xception{_PLAIN}"),
}
_SIZES = {"MobileNet": _MOBILE_SIZES, "MobileNetV2": _MOBILE_V2_SIZES}


@dataclass(frozen=True, slots=True)
class ImageNetFile:
    """`path` is where it came with the program, else where Keras looks for it and downloads it to."""

    path: Path
    megabytes: float
    is_built_in: bool = False

    def is_there(self) -> bool:
        return self.path.is_file()


def imagenet_file(architecture: str, input_size: int) -> ImageNetFile | None:
    """The file of a network of `keras.applications`; None for other networks, which have none."""
    if architecture not in _FILES:
        return None
    megabytes, name = _FILES[architecture]
    sizes = _SIZES.get(architecture, ())
    size = input_size if input_size in sizes else 224
    name = name.format(size=size)
    built_in = built_in_weights(name)
    return ImageNetFile(built_in or _folder() / name, megabytes, built_in is not None)


def is_name_of_weights(name: str) -> bool:
    """Whether one of these networks starts from a file of that name, at any input size."""
    names = (
        pattern.format(size=size) for network, (_, pattern) in _FILES.items() for size in _SIZES.get(network, (224,))
    )
    return name in names


def _folder() -> Path:
    """As Keras chooses it: $KERAS_HOME, else .keras in the home, else, where that can't be written, a temporary one."""
    home = os.environ.get("KERAS_HOME")
    if home is None:
        person = Path.home()
        home = str((person if os.access(person, os.W_OK) else Path("/tmp")) / ".keras")  # noqa: S108 -- as Keras does
    folder = Path(home).expanduser()
    # Keras makes the folder when it is loaded; one that is not there yet will be there.
    if folder.exists() and not os.access(folder, os.W_OK):
        temporary = Path("/tmp")  # noqa: S108 -- as Keras does
        folder = (temporary if temporary.is_dir() else Path(tempfile.gettempdir())) / ".keras"
    return folder / "models"
